/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sentences.h"
#include "sv-explain-proc-line.h"

#include <netinet/in.h>
#include <string.h>

#define V4 "   8: 0100007F:270F 0200000A:9AC7 %02X 00000034:00000001 %02X:00000062 00000002  1000        1 4634788 2 0000000066765a8d 20 4 31 10 -1"
#define V6 "   7: 00000000000000000000000001000000:9AC7 B80D01200000000000000000AF000000:917B %02X 00000000:00000001 %02X:00000000 00000000     0        0 0 2 0000000085488f40 20 4 31 10 7"
#define UDP "  1234: 00000000:0035 00000000:0000 %02X 00000000:00000340 %02X:00000000 00000000   101        0 4634812 2 00000000b521edf8 5"

/* Each field in each state with each timer is explained in sentences, and its digits stand in the title. */
static void
test_every_field (void)
{
  static const struct { const char *format; guint8 protocol; } LINES[] = {
    { V4, IPPROTO_TCP }, { V6, IPPROTO_TCP }, { UDP, IPPROTO_UDP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (LINES); i++)
    for (guint state = 0; state < 16; state++)
      for (guint timer = 0; timer < 7; timer++)
        {
          g_autofree char *text = NULL;
          SvProcLine line;
          g_auto (GStrv) parts = g_strsplit (LINES[i].format, "%02X", 3);

          text = g_strdup_printf ("%s%02X%s%02X%s", parts[0], state, parts[1], timer, parts[2]);
          g_assert_true (sv_proc_line_decode (&line, text, strlen (text), LINES[i].protocol));
          for (guint j = 0; j < line.n_fields; j++)
            {
              g_autoptr (SvExplanation) words = sv_explain_proc_field (text, &line, j);
              g_autofree char *digits = g_strndup (text + line.fields[j].offset, line.fields[j].length);

              assert_explanation (words);
              g_assert_true (g_str_has_prefix (words->title, line.fields[j].name));
              g_assert_nonnull (strstr (words->title, digits));
            }
        }
}

typedef struct
{
  const char *text;
  SvProcFieldKind kind;
  const char *title;
  const char *words;
} Case;

#define LISTENS "   0: 00000000:270F 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 4634770 4 00000000ee1a8861 100 0 0 10 0"
#define TALKS "   8: 0100007F:270F 0200000A:9AC7 01 00000034:00000001 01:00000062 00000002  1000        1 4634788 2 0000000066765a8d 20 4 31 10 -1"
#define SIX "   7: 00000000000000000000000001000000:9AC7 B80D01200000000000000000AF000000:917B 08 00000000:00000001 00:00000000 00000000     0        0 0 2 0000000085488f40 20 4 31 10 7"
#define WAITS "  21: 0100007F:DA81 0100007F:8833 06 00000000:00000000 03:00001770 00000000     0        0 0 3 00000000c27b37cc"
#define PROBES "  19: 0100007F:971B 0100007F:85B5 04 002AC801:0001BA00 04:00000014 00000000     0        1 4634779 3 00000000a9dfffe2 20 4 0 12 5"

static const Case CASES[] = {
  { TALKS, SV_PROC_LOCAL_ADDRESS, "local_address: 0100007F → 127.0.0.1", "01 00 00 7F becomes 7F 00 00 01" },
  { TALKS, SV_PROC_REMOTE_ADDRESS, "rem_address: 0200000A → 10.0.0.2", "02 00 00 0A becomes 0A 00 00 02" },
  { LISTENS, SV_PROC_LOCAL_ADDRESS, "local_address: 00000000 → 0.0.0.0", "every address of this machine" },
  { LISTENS, SV_PROC_REMOTE_ADDRESS, "rem_address: 00000000 → 0.0.0.0", "nobody in particular" },
  { LISTENS, SV_PROC_REMOTE_PORT, "rem_address: 0000 → 0", "prints “*”" },
  { SIX, SV_PROC_REMOTE_ADDRESS, "remote_address: B80D01200000000000000000AF000000 → 2001:db8::af",
    "B8 0D 01 20 · 00 00 00 00 · 00 00 00 00 · AF 00 00 00 becomes 20 01 0D B8 · 00 00 00 00 · 00 00 00 00 · 00 00 00 AF" },
  { TALKS, SV_PROC_LOCAL_PORT, "local_address: 270F → 9999", "2 × 4096 + 7 × 256 + 0 × 16 + 15 × 1 = 9999" },
  { LISTENS, SV_PROC_STATE, "st: 0A → LISTEN", "0A is 10, and that is LISTEN" },
  { LISTENS, SV_PROC_RX_QUEUE, "rx_queue: 00000003 → 3", "wait for accept()" },
  { LISTENS, SV_PROC_TX_QUEUE, "tx_queue: 00000000 → 0", "A listening socket sends nothing" },
  { LISTENS, SV_PROC_SSTHRESH, "snd_ssthresh: 0", "Fast Open" },
  { TALKS, SV_PROC_TX_QUEUE, "tx_queue: 00000034 → 52", "Send-Q, in hexadecimal: 00000034 is 52" },
  { TALKS, SV_PROC_TIMER, "tr: 01 → on", "its acknowledgement has not come yet" },
  { TALKS, SV_PROC_WHEN, "tm->when: 00000062 → 980 ms", "00000062 is 98 ticks, so 980 ms" },
  { TALKS, SV_PROC_ACK_MODE, "quick<<1|pingpong: 31 → quick 15, pingpong 1", "31 is quick 15, pingpong 1" },
  { TALKS, SV_PROC_RTO, "rto: 20 → 200 ms", "20 is 200 ms" },
  { TALKS, SV_PROC_INODE, "inode: 4634788", "socket:[4634788]" },
  { SIX, SV_PROC_INODE, "inode: 0", "no program holds it" },
  { WAITS, SV_PROC_UID, "uid: 0", "not root’s" },
  { WAITS, SV_PROC_TIMER, "tr: 03 → timewait", "remainder of the connection" },
  { PROBES, SV_PROC_TIMER, "tr: 04 → persist", "window is full" },
  { PROBES, SV_PROC_TIMEOUT, "timeout: 1", "zero-window probes" },
};

static void
test_words (void)
{
  if (G_BYTE_ORDER != G_LITTLE_ENDIAN)
    {
      g_test_skip ("these lines are of a little-endian machine");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const Case *c = &CASES[i];
      SvProcLine line;

      g_assert_true (sv_proc_line_decode (&line, c->text, strlen (c->text), IPPROTO_TCP));
      g_autoptr (SvExplanation) words = sv_explain_proc_field (c->text, &line, c->kind);
      g_assert_cmpstr (words->title, ==, c->title);
      if (!says (words, c->words))
        g_error ("%s does not say “%s”", words->title, c->words);
    }
}

static void
test_details (void)
{
  SvSocketRow row = { .state = SV_TCP_ESTABLISHED, .protocol = IPPROTO_TCP };
  SvDiagInfo info = { .has_tcp = TRUE, .has_memory = TRUE, .has_shut = TRUE, .congestion = "cubic",
                      .tcp = { .rtt = 34, .min_rtt = 7, .sack = TRUE, .lost = 1, .send_threshold = 5,
                               .send_window = 1, .delayed_ack_timeout = 40000 } };
  g_autoptr (GPtrArray) all = sv_explain_diag_info (&row, &info);
  guint n = all->len;

  for (guint i = 0; i < n; i++)
    {
      const SvDetail *detail = g_ptr_array_index (all, i);

      g_assert_cmpint (strlen (detail->name), >, 0);
      g_assert_cmpint (strlen (detail->value), >, 0);
      assert_sentence (detail->meaning);
    }
  /* Of a listener TCP_INFO has other things in the same places. */
  row.state = SV_TCP_LISTEN;
  g_autoptr (GPtrArray) listener = sv_explain_diag_info (&row, &info);
  g_assert_cmpuint (listener->len, ==, 3);
}

static void
test_timer (void)
{
  for (guint timer = SV_TIMER_OFF; timer <= SV_TIMER_ZERO_WINDOW; timer++)
    {
      SvSocketRow row = { .timer = (guint8) timer, .timer_ms = 12300, .seen_at = 1000000000, .protocol = IPPROTO_TCP };
      g_autofree char *early = sv_explain_timer (&row, 2000000000);
      g_autofree char *late = sv_explain_timer (&row, G_GINT64_CONSTANT (99000000000));

      g_assert_true ((early == NULL) == (timer == SV_TIMER_OFF));
      if (early != NULL)
        {
          g_assert_nonnull (strstr (early, "11"));
          g_assert_nonnull (strstr (late, " 0"));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain-proc-line/every-field", test_every_field);
  g_test_add_func ("/explain-proc-line/words", test_words);
  g_test_add_func ("/explain-proc-line/details", test_details);
  g_test_add_func ("/explain-proc-line/timer", test_timer);
  return g_test_run ();
}
