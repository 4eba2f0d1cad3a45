/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-unix-codec.h"

#include <linux/inet_diag.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>

/* UDIAG_SHOW_UID and its attribute, Linux 5.3: not in Debian 12's older neighbours. */
#define SHOW_UID 0x40
#define DIAG_UID 7

/* sun_path, unix(7). */
#define MAX_NAME 108

static gsize
put (guint8 *bytes, guint32 sequence, const struct unix_diag_req *request)
{
  struct nlmsghdr header = {
    .nlmsg_len = NLMSG_HDRLEN + sizeof *request,
    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
    .nlmsg_flags = NLM_F_REQUEST,
    .nlmsg_seq = sequence,
  };

  G_STATIC_ASSERT (NLMSG_HDRLEN + sizeof *request <= SV_UNIX_REQUEST_SIZE);
  memcpy (bytes, &header, sizeof header);
  memcpy (bytes + NLMSG_HDRLEN, request, sizeof *request);
  return header.nlmsg_len;
}

/**
 * sv_unix_codec_write_find:
 *
 * Asks for the UNIX-domain socket with that inode, sock_diag(7): its name, its
 * peer (UDIAG_SHOW_PEER) and its queues.
 *
 * Returns: bytes written
 */
gsize
sv_unix_codec_write_find (guint8 bytes[SV_UNIX_REQUEST_SIZE], guint32 inode, guint32 sequence)
{
  struct unix_diag_req request = {
    .sdiag_family = AF_UNIX,
    .udiag_ino = inode,
    .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | SHOW_UID,
    .udiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE },
  };

  return put (bytes, sequence, &request);
}

/* An abstract name begins with a zero byte, and may have more of them: netstat(8)
 * prints each as "@". A path may end in one. */
static const char *
intern_name (const guint8 *bytes, gsize length)
{
  char name[MAX_NAME + 1];
  gsize n = MIN (length, MAX_NAME);

  if (n > 0 && bytes[0] != '\0')
    n = strnlen ((const char *) bytes, n);
  if (n == 0)
    return NULL;
  for (gsize i = 0; i < n; i++)
    name[i] = bytes[i] != '\0' ? (char) bytes[i] : '@';
  name[n] = '\0';
  return g_intern_string (name);
}

static void
read_attribute (guint16 type, const guint8 *bytes, gsize length, SvSocketRow *row)
{
  guint32 words[2] = { 0 };

  memcpy (words, bytes, MIN (length, sizeof words));
  switch (type)
    {
    case UNIX_DIAG_NAME:
      row->unix_row.path = intern_name (bytes, length);
      break;
    case UNIX_DIAG_PEER:
      row->foreign = sv_endpoint_for_inode (words[0]);
      break;
    case UNIX_DIAG_RQLEN:
      row->recv_q = words[0];
      if (row->unix_row.listens)
        row->backlog = words[1];
      else
        row->send_q = words[1];
      break;
    case DIAG_UID:
      row->uid = words[0];
      break;
    default:
      break;
    }
}

static gboolean
read_row (const guint8 *bytes, gsize size, gint64 seen_at, SvSocketRow *row)
{
  struct unix_diag_msg found;

  if (size < sizeof found)
    return FALSE;
  memcpy (&found, bytes, sizeof found);
  if (found.udiag_family != AF_UNIX || found.udiag_state == SV_TCP_NONE || found.udiag_state >= SV_N_TCP_STATES)
    return FALSE;
  *row = (SvSocketRow){
    .cookie = (guint64) found.udiag_cookie[1] << 32 | found.udiag_cookie[0],
    .seen_at = seen_at,
    .local = sv_endpoint_for_inode (found.udiag_ino),
    .foreign = sv_endpoint_for_inode (0),
    .inode = found.udiag_ino,
    .unix_row = { .type = found.udiag_type, .listens = found.udiag_state == SV_TCP_LISTEN },
    .family = AF_UNIX,
    .state = found.udiag_state,
  };
  for (gsize at = NLMSG_ALIGN (sizeof found); at + sizeof (struct rtattr) <= size;)
    {
      struct rtattr attribute;

      memcpy (&attribute, bytes + at, sizeof attribute);
      if (attribute.rta_len < sizeof attribute || attribute.rta_len > size - at)
        return FALSE;
      read_attribute (attribute.rta_type, bytes + at + sizeof attribute, attribute.rta_len - sizeof attribute, row);
      at += RTA_ALIGN (attribute.rta_len);
    }
  return TRUE;
}

/* NLMSG_ERROR and NLMSG_DONE both begin with a negative errno, or 0. */
static void
read_end (SvDiagReply *reply, const guint8 *payload, gsize size)
{
  gint32 error = 0;

  memcpy (&error, payload, MIN (size, sizeof error));
  reply->error = error < 0 && error != G_MININT32 ? -error : 0;
  reply->done = TRUE;
}

static void
read_message (SvDiagReply *reply, const struct nlmsghdr *header, const guint8 *payload, GArray *rows)
{
  gsize size = header->nlmsg_len - NLMSG_HDRLEN;
  SvSocketRow row;

  if (header->nlmsg_flags & NLM_F_DUMP_INTR)
    reply->interrupted = TRUE;
  switch (header->nlmsg_type)
    {
    case NLMSG_ERROR:
    case NLMSG_DONE:
      read_end (reply, payload, size);
      return;
    case SOCK_DIAG_BY_FAMILY:
      break;
    default:
      reply->malformed++;
      return;
    }
  if ((header->nlmsg_flags & NLM_F_MULTI) == 0)
    reply->done = TRUE;
  if (read_row (payload, size, reply->seen_at, &row))
    g_array_append_val (rows, row);
  else
    reply->malformed++;
}

/**
 * sv_unix_codec_read:
 * @bytes: one datagram of the kernel
 * @rows: (element-type SvSocketRow): the rows in it are appended, without keys
 *
 * As sv_diag_codec_read(), for UNIX-domain sockets.
 */
void
sv_unix_codec_read (SvDiagReply *reply, const guint8 *bytes, gsize length, GArray *rows)
{
  struct nlmsghdr header;

  g_return_if_fail (reply != NULL && rows != NULL);
  g_return_if_fail (bytes != NULL || length == 0);

  while (length >= sizeof header && !reply->done)
    {
      memcpy (&header, bytes, sizeof header);
      if (header.nlmsg_len < sizeof header || header.nlmsg_len > length)
        break;
      if (header.nlmsg_seq == reply->sequence)
        read_message (reply, &header, bytes + NLMSG_HDRLEN, rows);

      gsize step = MIN (NLMSG_ALIGN ((gsize) header.nlmsg_len), length);
      bytes += step;
      length -= step;
    }
  if (length > 0 && !reply->done)
    reply->malformed++;
}

/* net/unix/af_unix.c: "St" is the state of struct socket, enum socket_state. */
static guint8
state_of (guint64 number, gboolean listens)
{
  if (listens)
    return SV_TCP_LISTEN;
  return number == SS_CONNECTED || number == SS_CONNECTING ? SV_TCP_ESTABLISHED : SV_TCP_CLOSE;
}

/**
 * sv_unix_codec_read_line:
 * @line: of /proc/net/unix, without its line end; need not end in NUL
 * @row: (out): without a cookie, without queues and peer: that text does not know them
 *
 * Returns: whether it is a row: the heading is none
 */
gboolean
sv_unix_codec_read_line (const char *line, gsize length, SvSocketRow *row)
{
  g_autofree char *text = g_strndup (line, length);
  guint64 numbers[6];
  char *at = strchr (text, ':');

  if (at == NULL)
    return FALSE;
  at++;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      char *end;

      numbers[i] = g_ascii_strtoull (at, &end, i == 5 ? 10 : 16);
      if (end == at)
        return FALSE;
      at = end;
    }
  if (numbers[5] > G_MAXUINT32)
    return FALSE;
  *row = (SvSocketRow){
    .local = sv_endpoint_for_inode ((guint32) numbers[5]),
    .foreign = sv_endpoint_for_inode (0),
    .inode = (guint32) numbers[5],
    .unix_row = { .ref_count = (guint32) numbers[0],
                  .type = (guint16) numbers[3],
                  .listens = (numbers[2] & __SO_ACCEPTCON) != 0 },
    .family = AF_UNIX,
  };
  row->state = state_of (numbers[4], row->unix_row.listens);
  if (*at == ' ')
    row->unix_row.path = intern_name ((const guint8 *) at + 1, strlen (at + 1));
  return TRUE;
}
