/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-diag-info.h"
#include "sv-proc-codec.h"
#include "sv-proc-line.h"
#include "sv-socket-holder.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>

typedef struct
{
  const char *line;
  guint8 protocol;
  guint n_fields;
  SvProcFieldKind kind; /* one of them */
  const char *name;
  const char *raw;
  const char *value;
  gint64 number;
} Case;

/* Lines of a real Linux 6.18, with the pointers changed. */
#define LISTENS "   0: 0100007F:270F 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 4634770 4 00000000ee1a8861 100 0 0 10 0                   "
#define TALKS "   8: 0100007F:917B 0100007F:9AC7 01 00000034:00000001 01:00000013 00000002  1000        1 4634788 2 0000000066765a8d 20 4 30 10 -1"
#define WAITS "  21: 0100007F:DA81 0100007F:8833 06 00000000:00000000 03:00001770 00000000     0        0 0 3 00000000c27b37cc"
#define SIX "   7: 0000000000000000FFFF00000100007F:9AC7 B80D01200000000000000000AF000000:917B 08 00000000:00000001 00:00000000 00000000     0        0 4634789 2 0000000085488f40 20 4 31 10 7"
#define UDP "  1234: 00000000:0035 00000000:0000 07 00000000:00000340 00:00000000 00000000   101        0 4634812 2 00000000b521edf8 5"

static const Case CASES[] = {
  { LISTENS, IPPROTO_TCP, 21, SV_PROC_LOCAL_ADDRESS, "local_address", "0100007F", "127.0.0.1", 0 },
  { LISTENS, IPPROTO_TCP, 21, SV_PROC_LOCAL_PORT, "local_address", "270F", "9999", 9999 },
  { LISTENS, IPPROTO_TCP, 21, SV_PROC_REMOTE_ADDRESS, "rem_address", "00000000", "0.0.0.0", 0 },
  { LISTENS, IPPROTO_TCP, 21, SV_PROC_STATE, "st", "0A", "LISTEN", 10 },
  { LISTENS, IPPROTO_TCP, 21, SV_PROC_RX_QUEUE, "rx_queue", "00000003", "3", 3 },
  { LISTENS, IPPROTO_TCP, 21, SV_PROC_RTO, "rto", "100", "1000 ms", 1000 },
  { LISTENS, IPPROTO_TCP, 21, SV_PROC_SSTHRESH, "snd_ssthresh", "0", "0", 0 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_SL, "sl", "8", "8", 8 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_TX_QUEUE, "tx_queue", "00000034", "52", 52 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_TIMER, "tr", "01", "on", 1 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_WHEN, "tm->when", "00000013", "190 ms", 190 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_RETRANSMITS, "retrnsmt", "00000002", "2", 2 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_UID, "uid", "1000", "1000", 1000 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_TIMEOUT, "timeout", "1", "1", 1 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_INODE, "inode", "4634788", "4634788", 4634788 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_REF, "ref", "2", "2", 2 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_POINTER, "pointer", "0000000066765a8d", "0000000066765a8d", 0 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_ATO, "ato", "4", "40 ms", 40 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_ACK_MODE, "quick<<1|pingpong", "30", "quick 15, pingpong 0", 30 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_CWND, "snd_cwnd", "10", "10", 10 },
  { TALKS, IPPROTO_TCP, 21, SV_PROC_SSTHRESH, "snd_ssthresh", "-1", "-1", -1 },
  { WAITS, IPPROTO_TCP, 16, SV_PROC_WHEN, "tm->when", "00001770", "60000 ms", 60000 },
  { WAITS, IPPROTO_TCP, 16, SV_PROC_TIMER, "tr", "03", "timewait", 3 },
  { WAITS, IPPROTO_TCP, 16, SV_PROC_INODE, "inode", "0", "0", 0 },
  { SIX, IPPROTO_TCP, 21, SV_PROC_LOCAL_ADDRESS, "local_address", "0000000000000000FFFF00000100007F",
    "::ffff:127.0.0.1", 0 },
  { SIX, IPPROTO_TCP, 21, SV_PROC_REMOTE_ADDRESS, "remote_address", "B80D01200000000000000000AF000000",
    "2001:db8::af", 0 },
  { SIX, IPPROTO_TCP, 21, SV_PROC_REMOTE_PORT, "remote_address", "917B", "37243", 37243 },
  { SIX, IPPROTO_TCP, 21, SV_PROC_ACK_MODE, "quick<<1|pingpong", "31", "quick 15, pingpong 1", 31 },
  { UDP, IPPROTO_UDP, 17, SV_PROC_STATE, "st", "07", "UNCONN", 7 },
  { UDP, IPPROTO_UDP, 17, SV_PROC_DROPS, "drops", "5", "5", 5 },
  { UDP, IPPROTO_UDP, 17, SV_PROC_LOCAL_PORT, "local_address", "0035", "53", 53 },
};

static void
test_fields (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const Case *c = &CASES[i];
      SvProcLine line;

      if (G_BYTE_ORDER != G_LITTLE_ENDIAN && strstr (c->name, "address") != NULL)
        continue; /* these lines are of a little-endian machine */
      g_assert_true (sv_proc_line_decode (&line, c->line, strlen (c->line), c->protocol));
      g_assert_cmpuint (line.n_fields, ==, c->n_fields);
      const SvProcField *field = sv_proc_line_get (&line, c->kind);
      g_assert_nonnull (field);
      g_autofree char *raw = g_strndup (c->line + field->offset, field->length);
      g_assert_cmpstr (field->name, ==, c->name);
      g_assert_cmpstr (raw, ==, c->raw);
      g_assert_cmpstr (field->value, ==, c->value);
      g_assert_cmpint (field->number, ==, c->number);
      g_assert_true (sv_proc_line_find_at (&line, field->offset) == field);
      g_assert_true (sv_proc_line_find_at (&line, field->offset + field->length - 1) == field);
    }
}

/* Fields stand in order, and do not overlap; what is between belongs to none. */
static void
test_order (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      SvProcLine line;
      guint end = 0;

      g_assert_true (sv_proc_line_decode (&line, CASES[i].line, strlen (CASES[i].line), CASES[i].protocol));
      for (guint j = 0; j < line.n_fields; j++)
        {
          g_assert_cmpuint (line.fields[j].offset, >=, end);
          for (; end < line.fields[j].offset; end++)
            g_assert_null (sv_proc_line_find_at (&line, end));
          end = line.fields[j].offset + line.fields[j].length;
        }
      g_assert_cmpuint (end, <=, strlen (CASES[i].line));
    }
}

/* What one decoder takes, the other takes; cut and damaged lines crash neither. */
static void
test_damage (void)
{
  static const char DAMAGE[] = { '\0', 'x', ':', ' ', '-' };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    for (guint cut = 0; cut < strlen (CASES[i].line); cut++)
      for (guint k = 0; k < sizeof DAMAGE; k++)
        {
          g_autofree char *text = g_strdup (CASES[i].line);
          g_autofree char *whole = NULL;
          g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SvSocketRow));
          guint malformed = 0;
          SvProcLine line;
          gboolean sound;

          text[cut] = DAMAGE[k]; /* '\0' cuts it */
          whole = g_strconcat (text, "\n", NULL);
          sound = sv_proc_line_decode (&line, text, strlen (text), CASES[i].protocol);
          g_assert_cmpuint (line.n_fields, <=, SV_N_PROC_FIELDS);
          sv_proc_codec_read (whole, strlen (whole), CASES[i].protocol, 0, rows, &malformed);
          if (sound && rows->len == 1)
            g_assert_cmpint (sv_proc_line_get (&line, SV_PROC_LOCAL_PORT)->number, ==,
                             g_array_index (rows, SvSocketRow, 0).local.port);
        }
}

/* No byte behind the line is looked at. */
static void
test_bounds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    for (gsize length = 0; length <= strlen (CASES[i].line); length++)
      {
        g_autofree char *text = g_memdup2 (CASES[i].line, length);
        SvProcLine line;

        sv_proc_line_decode (&line, text != NULL ? text : "", length, CASES[i].protocol);
      }
}

static void
test_headline (void)
{
  const char *headline = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
  SvProcLine line;

  g_assert_false (sv_proc_line_decode (&line, headline, strlen (headline), IPPROTO_TCP));
  g_assert_false (sv_proc_line_decode (&line, "", 0, IPPROTO_TCP));
}

static gsize
put (guint8 *bytes, guint16 type, gconstpointer data, guint16 size)
{
  struct nlattr header = { .nla_len = (guint16) (NLA_HDRLEN + size), .nla_type = type };

  memset (bytes, 0, NLA_ALIGN (header.nla_len));
  memcpy (bytes, &header, sizeof header);
  memcpy (bytes + NLA_HDRLEN, data, size);
  return NLA_ALIGN (header.nla_len);
}

static void
test_attributes (void)
{
  guint8 bytes[256];
  guint32 memory[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
  guint8 shut = SV_SHUT_SEND, only = 1;
  gsize length = 0;
  SvDiagInfo info;

  length += put (bytes + length, INET_DIAG_SHUTDOWN, &shut, 1);
  length += put (bytes + length, 999, "unknown", 7);
  length += put (bytes + length, INET_DIAG_CONG, "cubic", 6);
  length += put (bytes + length, INET_DIAG_SKV6ONLY, &only, 1);
  length += put (bytes + length, INET_DIAG_SKMEMINFO, memory, sizeof memory);
  sv_diag_info_read (&info, bytes, length);
  g_assert_true (info.has_shut && info.v6_only && info.has_memory && !info.has_tcp);
  g_assert_cmpuint (info.shut, ==, SV_SHUT_SEND);
  g_assert_cmpstr (info.congestion, ==, "cubic");
  g_assert_cmpuint (info.receive_buffer, ==, 2);
  g_assert_cmpuint (info.send_buffer, ==, 4);
  g_assert_cmpuint (info.drops, ==, 9);
  for (gsize cut = 0; cut < length; cut++)
    for (guint value = 0; value < 256; value += 17)
      {
        guint8 kept = bytes[cut];

        sv_diag_info_read (&info, bytes, cut);
        bytes[cut] = (guint8) value;
        sv_diag_info_read (&info, bytes, length);
        bytes[cut] = kept;
      }
}

static void
test_pick (void)
{
  static const SvSocketHolder HOLDERS[] = { { 5, 1, 3, 0, "a" }, { 7, 1, 4, 0, "a" }, { 7, 2, 3, 0, "b" },
                                            { 9, 2, 8, 0, "b" } };
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (SvSocketHolder));

  g_array_append_vals (all, HOLDERS, G_N_ELEMENTS (HOLDERS));
  for (guint32 inode = 0; inode < 12; inode++)
    {
      g_autoptr (GArray) some = sv_socket_holder_pick (all, inode);

      g_assert_cmpuint (some->len, ==, inode == 7 ? 2 : inode == 5 || inode == 9 ? 1 : 0);
      for (guint i = 0; i < some->len; i++)
        g_assert_cmpuint (g_array_index (some, SvSocketHolder, i).inode, ==, inode);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proc-line/fields", test_fields);
  g_test_add_func ("/proc-line/order", test_order);
  g_test_add_func ("/proc-line/damage", test_damage);
  g_test_add_func ("/proc-line/bounds", test_bounds);
  g_test_add_func ("/proc-line/headline", test_headline);
  g_test_add_func ("/diag-info/attributes", test_attributes);
  g_test_add_func ("/socket-holder/pick", test_pick);
  return g_test_run ();
}
