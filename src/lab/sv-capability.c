/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-capability.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct
{
  struct __user_cap_header_struct header;
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
} Sets;

static gboolean
get (Sets *sets)
{
  *sets = (Sets){ .header = { .version = _LINUX_CAPABILITY_VERSION_3 } };
  return syscall (SYS_capget, &sets->header, sets->data) == 0;
}

/**
 * sv_capability_is_effective:
 *
 * Returns: whether this thread may make use of it now, capabilities(7)
 */
gboolean
sv_capability_is_effective (SvCapability capability)
{
  Sets sets;

  return get (&sets) && (sets.data[CAP_TO_INDEX (capability)].effective & CAP_TO_MASK (capability)) != 0;
}

/**
 * sv_capability_raise:
 * @effective: whether it is to count
 *
 * Lays a capability down, or takes it up again if it is permitted: for this
 * thread alone, capset(2).
 *
 * Returns: %FALSE with errno
 */
gboolean
sv_capability_raise (SvCapability capability, gboolean effective)
{
  Sets sets;

  if (!get (&sets))
    return FALSE;
  if (effective)
    sets.data[CAP_TO_INDEX (capability)].effective |= CAP_TO_MASK (capability);
  else
    sets.data[CAP_TO_INDEX (capability)].effective &= ~CAP_TO_MASK (capability);
  return syscall (SYS_capset, &sets.header, sets.data) == 0;
}
