/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-diag-info.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>

/**
 * sv_diag_info_get_extensions:
 *
 * Returns: what a request has to ask for, so that the answer has all of #SvDiagInfo
 */
guint8
sv_diag_info_get_extensions (void)
{
  return 1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_CONG - 1) | 1 << (INET_DIAG_SKMEMINFO - 1);
}

static void
read_memory (SvDiagInfo *self, const guint8 *data, gsize size)
{
  guint32 values[SK_MEMINFO_VARS] = { 0 };

  if (size < (SK_MEMINFO_SNDBUF + 1) * sizeof values[0])
    return;
  memcpy (values, data, MIN (size, sizeof values));
  self->has_memory = TRUE;
  self->receive_memory = values[SK_MEMINFO_RMEM_ALLOC];
  self->receive_buffer = values[SK_MEMINFO_RCVBUF];
  self->send_memory = values[SK_MEMINFO_WMEM_ALLOC];
  self->send_buffer = values[SK_MEMINFO_SNDBUF];
  self->drops = values[SK_MEMINFO_DROPS];
}

static void
read_attribute (SvDiagInfo *self, guint16 type, const guint8 *data, gsize size)
{
  switch (type)
    {
    case INET_DIAG_INFO:
      self->has_tcp = sv_tcp_info_parse (&self->tcp, data, size);
      break;
    case INET_DIAG_CONG:
      memcpy (self->congestion, data, MIN (size, sizeof self->congestion - 1));
      break;
    case INET_DIAG_SKMEMINFO:
      read_memory (self, data, size);
      break;
    case INET_DIAG_SHUTDOWN:
      self->has_shut = size >= 1;
      self->shut = size >= 1 ? data[0] & (SV_SHUT_RECEIVE | SV_SHUT_SEND) : 0;
      break;
    case INET_DIAG_SKV6ONLY:
      self->v6_only = size >= 1 && data[0] != 0;
      break;
    default:
      break;
    }
}

/**
 * sv_diag_info_read:
 * @self: (out caller-allocates)
 * @attributes: what stands behind the struct inet_diag_msg of a reply
 *
 * Reads the attributes, netlink(7), up to the first that does not fit; unknown
 * ones are passed over.
 */
void
sv_diag_info_read (SvDiagInfo *self, const guint8 *attributes, gsize length)
{
  struct nlattr header;

  g_return_if_fail (self != NULL);
  g_return_if_fail (attributes != NULL || length == 0);

  *self = (SvDiagInfo) { 0 };
  while (length >= sizeof header)
    {
      memcpy (&header, attributes, sizeof header);
      if (header.nla_len < sizeof header || header.nla_len > length)
        return;
      read_attribute (self, header.nla_type & NLA_TYPE_MASK, attributes + NLA_HDRLEN, header.nla_len - NLA_HDRLEN);

      gsize step = MIN (NLA_ALIGN ((gsize) header.nla_len), length);
      attributes += step;
      length -= step;
    }
}
