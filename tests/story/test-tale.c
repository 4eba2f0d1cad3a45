/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened, told in sentences. */
#include "sentences.h"
#include "sv-tale.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

static void
assert_tells (SvFact *fact, const char *words)
{
  g_autofree char *sentence = NULL;

  g_assert_true (sv_tale_tells (fact));
  sentence = sv_tale_describe (fact);
  if (strstr (sentence, words) == NULL)
    g_error ("“%s” does not say “%s”", sentence, words);
}

static void
test_call (void)
{
  g_autoptr (SvFact) fact = sv_fact_new_call (1, SV_MACHINE_THIS, SV_SIDE_CLIENT, "client 1", "connect", 14);

  fact->call.args = g_strdup ("127.0.0.1:9999");
  fact->call.result = -1;
  fact->call.error = EINPROGRESS;
  fact->call.foreign = endpoint ("127.0.0.1:9999");
  assert_tells (fact, "client 1 calls connect(14, 127.0.0.1:9999) = -1 EINPROGRESS");
}

static SvFact *
create_packet (SvPacketEvent event, SvMachineId machine, gboolean reconstructed, guint32 length)
{
  SvSegment segment = { .event = event,
                        .reconstructed = reconstructed,
                        .protocol = IPPROTO_TCP,
                        .flags = SV_TCP_SYN | SV_TCP_ACK,
                        .length = length,
                        .source = endpoint ("10.0.0.1:9999"),
                        .destination = endpoint ("10.0.0.2:40000") };

  return sv_fact_new_packet (1, machine, SV_SIDE_SERVER, &segment);
}

static void
test_packet (void)
{
  static const struct { SvPacketEvent event; SvMachineId machine; gboolean reconstructed; guint32 length; const char *says; }
  CASES[] = {
    { SV_PACKET_SENT, SV_MACHINE_THIS, TRUE, 0, "SYN,ACK goes from 10.0.0.1:9999 to 10.0.0.2:40000 (worked out, not seen)." },
    { SV_PACKET_SENT, SV_MACHINE_SERVER, FALSE, 1, "Server’s machine: SYN,ACK with 1 byte goes from" },
    { SV_PACKET_DELIVERED, SV_MACHINE_CLIENT, FALSE, 6, "Client’s machine: SYN,ACK with 6 bytes has arrived at 10.0.0.2:40000" },
    { SV_PACKET_DROPPED, SV_MACHINE_SERVER, FALSE, 0, "is lost on its way" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (SvFact) fact = create_packet (CASES[i].event, CASES[i].machine, CASES[i].reconstructed, CASES[i].length);

      assert_tells (fact, CASES[i].says);
    }
  {
    g_autoptr (SvFact) copy = create_packet (SV_PACKET_SWALLOWED, SV_MACHINE_SERVER, FALSE, 0);

    g_assert_false (sv_tale_tells (copy));
  }
}

static SvFact *
create_row (SvRowEvent event, SvTcpState before, SvTcpState after, const char *actor)
{
  SvSocketRow row = { .local = endpoint ("127.0.0.1:40000"), .foreign = endpoint ("127.0.0.1:9999"), .family = AF_INET,
                      .protocol = IPPROTO_TCP };
  SvRowChange change = { .event = event, .before = row, .after = row };
  SvFact *fact;

  change.before.state = before;
  change.after.state = after;
  fact = sv_fact_new_row (1, SV_MACHINE_THIS, &change);
  sv_fact_set_actor (fact, actor);
  return fact;
}

static void
test_row (void)
{
  g_autoptr (SvFact) added = create_row (SV_ROW_ADDED, SV_TCP_NONE, SV_TCP_SYN_SENT, "client 1");
  g_autoptr (SvFact) changed = create_row (SV_ROW_CHANGED, SV_TCP_SYN_SENT, SV_TCP_ESTABLISHED, "client 1");
  g_autoptr (SvFact) same = create_row (SV_ROW_CHANGED, SV_TCP_ESTABLISHED, SV_TCP_ESTABLISHED, "client 1");
  g_autoptr (SvFact) gone = create_row (SV_ROW_REMOVED, SV_TCP_TIME_WAIT, SV_TCP_NONE, "client 1");
  g_autoptr (SvFact) strange = create_row (SV_ROW_ADDED, SV_TCP_NONE, SV_TCP_LISTEN, "");

  assert_tells (added, "A new row is in the table: tcp 127.0.0.1:40000 127.0.0.1:9999 SYN_SENT.");
  assert_tells (changed, "is ESTABLISHED now; it was SYN_SENT.");
  assert_tells (gone, "127.0.0.1:9999 TIME_WAIT is gone from the table.");
  g_assert_false (sv_tale_tells (same));
  g_assert_false (sv_tale_tells (strange));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tale/call", test_call);
  g_test_add_func ("/tale/packet", test_packet);
  g_test_add_func ("/tale/row", test_row);
  return g_test_run ();
}
