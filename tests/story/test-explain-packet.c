/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sentences.h"

#include "sv-packet.h"

#include "../kernel/packet-fixtures.h"

#include <netinet/in.h>
#include <string.h>

static void
assert_field (const char *layer, const char *name)
{
  g_autofree char *text = sv_explain_packet_field (layer, name);

  assert_sentence (text);
  if (strstr (text, "no words for") != NULL)
    g_error ("no words for %s: %s", layer, name);
}

/* Every field that can be listed has its sentence: whatever the kind of option. */
static void
test_fields (void)
{
  static const char *const FIXTURES[] = { SAVED_SYN_V4, SAVED_SYN_V6, DATA_V4, OPTIONS_V4, EXTENSIONS_V6, SACK_V4,
                                          UDP_V6 };

  for (guint i = 0; i < G_N_ELEMENTS (FIXTURES); i++)
    for (guint kind = 0; kind < 256; kind++)
      for (guint at = 0; at < 2; at++)
        {
          gsize n = strlen (FIXTURES[i]) / 2, place = at == 0 ? 20 : 40;
          g_autofree guint8 *bytes = g_malloc (n);
          g_autoptr (GPtrArray) fields = NULL;

          for (gsize j = 0; j < n; j++)
            bytes[j] = (guint8) (g_ascii_xdigit_value (FIXTURES[i][2 * j]) << 4
                                 | g_ascii_xdigit_value (FIXTURES[i][2 * j + 1]));
          if (place < n)
            bytes[place] = (guint8) kind;
          fields = sv_packet_list_fields (bytes, n);
          for (guint j = 0; j < fields->len; j++)
            assert_field (((SvPacketField *) fields->pdata[j])->layer, ((SvPacketField *) fields->pdata[j])->name);
        }

  g_autofree char *unknown = sv_explain_packet_field ("TCP", "Nonsense");
  g_autofree char *none = sv_explain_packet_field (NULL, NULL);
  assert_sentence (unknown);
  assert_sentence (none);
}

static void
test_packets (void)
{
  static const struct { guint8 protocol; guint8 flags; guint32 length; const char *title; const char *words; } CASES[] = {
    { IPPROTO_TCP, SV_TCP_SYN, 0, "SYN", "first step of the handshake" },
    { IPPROTO_TCP, SV_TCP_SYN | SV_TCP_ACK, 0, "SYN,ACK", "second step of the handshake" },
    { IPPROTO_TCP, SV_TCP_ACK, 0, "ACK", "without data" },
    { IPPROTO_TCP, SV_TCP_PSH | SV_TCP_ACK, 6, "PSH,ACK", "It carries 6 bytes of data" },
    { IPPROTO_TCP, SV_TCP_FIN | SV_TCP_ACK, 0, "FIN,ACK", "sent all it wanted to" },
    { IPPROTO_TCP, SV_TCP_RST, 0, "RST", "breaks the connection off" },
    { IPPROTO_UDP, 0, 1, "UDP", "It carries 1 byte of data" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    for (guint variant = 0; variant < 16; variant++)
      {
        SvSegment segment = { .event = variant % 4, .reconstructed = variant & 4, .numbers_known = (variant & 8) != 0,
                              .protocol = CASES[i].protocol, .flags = CASES[i].flags, .seq = 1000, .ack = 2000,
                              .length = CASES[i].length, .source = endpoint ("127.0.0.1:43210"),
                              .destination = endpoint ("127.0.0.1:9999") };
        g_autoptr (SvFact) packet = sv_fact_new_packet (0, SV_MACHINE_THIS, SV_SIDE_CLIENT, &segment);
        g_autoptr (SvExplanation) explanation = sv_explain_packet (packet);
        g_autofree char *title = g_strconcat (CASES[i].title, ": 127.0.0.1:43210 → 127.0.0.1:9999", NULL);

        assert_explanation (explanation);
        g_assert_cmpstr (explanation->title, ==, title);
        g_assert_true (says (explanation, CASES[i].words));
        g_assert_cmpint (says (explanation, "reconstructed"), ==, (variant & 4) != 0);
        if (CASES[i].protocol == IPPROTO_TCP)
          g_assert_cmpint (says (explanation, "not known"), ==, (variant & 8) == 0);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/packet/fields", test_fields);
  g_test_add_func ("/explain/packet/all", test_packets);
  return g_test_run ();
}
