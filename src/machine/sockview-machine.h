/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What sockview-machine and its parent say to each other, one message each way
 * on a SOCK_SEQPACKET socket. Both are of one build: the layout is theirs. */

typedef enum
{
  SV_MACHINE_STEP_USER_NAMESPACE,
  SV_MACHINE_STEP_NETWORK_NAMESPACE,
  SV_MACHINE_STEP_TUN,
  SV_MACHINE_STEP_ADDRESS,
  SV_MACHINE_STEP_READY,  /* carries the tun's descriptor */
  SV_MACHINE_STEP_SOCKET, /* carries the socket's descriptor */
} SvMachineStep;

/* Parent → machine: socket (family, type, protocol). */
typedef struct
{
  int family;
  int type;
  int protocol;
} SvMachineRequest;

/* Machine → parent: which step, and errno if it failed. */
typedef struct
{
  int step;
  int error;
} SvMachineReply;
