/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* TCP_SAVED_SYN of connections over loopback, captured on Linux 6.18, and
 * packets written by hand from the RFCs. */

#define SAVED_SYN_V4                                                                                              \
  "4500003c7b9540004006c1247f0000017f000001a256a3d59fe3668900000000a002ffd7fe3000000204ffd70402080a3f7d28eb00000000" \
  "0103030a"

#define SAVED_SYN_V6                                                                                              \
  "600aa580002806400000000000000000000000000000000100000000000000000000000000000001a986c2eda457040c00000000a002ffc4" \
  "003000000204ffc40402080a58d832cf000000000103030a"

/* FIN,PSH,ACK with 3 bytes of data and right checksums */
#define DATA_V4 "4500002b00014000400626ca0a0000010a000002" \
                "3039270f000003e8000007d050190200bd5a00006f6b0a"

/* IPv4 with Router Alert, No-Operation, End of Option List and padding; UDP, 4 bytes */
#define OPTIONS_V4 "4700002800000000401100007f0000017f00000194040000" \
                   "010000001f90003500" \
                   "0c000061626364"

/* hop-by-hop options, routing, destination options, first fragment; UDP, 4 bytes */
#define EXTENSIONS_V6 "60000000003c003f20010db800000000000000000000000120010db8000000000000000000000002" \
                      "2b00010400000000" /* hop-by-hop, PadN */ \
                      "3c02000000000000" "20010db800000000" "0000000000000003" /* routing */ \
                      "2c00010400000000" /* destination, PadN */ \
                      "1100000100000042" /* fragment, offset 0, more */ \
                      "1f90003500" "0c000061626364"

/* an ACK with two SACK blocks */
#define SACK_V4 "4500003c00000000400600000a0000010a000002" \
                "303927" "0f0000000100000064a0100200" "00000000" \
                "0101" "0512" "000000c8000000d2" "000000dc000000e6"

/* UDP over IPv6 without data */
#define UDP_V6 "6000000000081140fe800000000000000000000000000001ff020000000000000000000000000001" "14e914e900080000"
