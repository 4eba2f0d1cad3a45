/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What sockview-machine and its parent say to each other, one message each way
 * on a SOCK_SEQPACKET socket; a descriptor is followed by SV_MACHINE_STEP_ALONE. Both are of one build: the layout is theirs. */

typedef enum
{
  SV_MACHINE_STEP_USER_NAMESPACE,
  SV_MACHINE_STEP_NETWORK_NAMESPACE,
  SV_MACHINE_STEP_TUN,
  SV_MACHINE_STEP_ADDRESS,
  SV_MACHINE_STEP_READY,  /* carries the tun's descriptor, and a NETLINK_SOCK_DIAG socket that may end sockets */
  SV_MACHINE_STEP_SOCKET, /* carries the socket's descriptor */
  SV_MACHINE_STEP_ALONE,  /* the machine has closed its own: the parent's close() is the last one */
} SvMachineStep;

/* Parent → machine: socket (family, type, protocol). */
typedef struct
{
  int family;
  int type;
  int protocol;
} SvMachineRequest;

/* Machine → parent: which step, and errno if it failed; once ready, how the
 * machine divides its ports, 0 for what its kernel does not say. */
typedef struct
{
  int step;
  int error;
  int ephemeral_low;
  int ephemeral_high;
  int unprivileged_start; /* -1: not said; 0 is a value */
} SvMachineReply;
