/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-fact-json.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <netinet/in.h>
#include <string.h>

static SvEndpoint
endpoint (const char *text)
{
  SvEndpoint found = { 0 };

  g_assert_true (sv_endpoint_parse (text, 0, &found, NULL));
  return found;
}

static char *
line_of (const SvFact *fact)
{
  GString *line = g_string_new (NULL);

  sv_fact_append_json (fact, 1000000000, line);
  g_assert_null (strchr (line->str, '\n'));
  return g_string_free (line, FALSE);
}

static JsonObject *
parse (const char *line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (line, &error);

  g_assert_no_error (error);
  return json_node_dup_object (node);
}

static void
assert_members (JsonObject *object, const char *names)
{
  g_autoptr (GList) members = json_object_get_members (object);
  g_autoptr (GString) found = g_string_new (NULL);

  for (GList *l = members; l != NULL; l = l->next)
    g_string_append_printf (found, "%s%s", found->len > 0 ? " " : "", (char *) l->data);
  g_assert_cmpstr (found->str, ==, names);
}

/* The names are fixed: other programs read them. */
static void
test_call (void)
{
  g_autoptr (SvFact) fact = sv_fact_new_call (1500000123, SV_MACHINE_THIS, SV_SIDE_CLIENT, "client 1", "connect", 14);
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *line = NULL;

  fact->call.args = g_strdup ("127.0.0.1:9999");
  fact->call.result = -1;
  fact->call.error = EINPROGRESS;
  line = line_of (fact);
  g_assert_cmpstr (line, ==,
                   "{\"t\":0.500000123,\"kind\":\"call\",\"machine\":\"this\",\"actor\":\"client 1\",\"fd\":14,"
                   "\"call\":\"connect\",\"args\":\"127.0.0.1:9999\",\"result\":-1,\"errno\":\"EINPROGRESS\"}");
  object = parse (line);
  assert_members (object, "t kind machine actor fd call args result errno");
  g_assert_cmpfloat (json_object_get_double_member (object, "t"), ==, 0.500000123);

  fact->call.error = 0;
  fact->call.result = G_MAXINT64;
  g_clear_pointer (&fact->call.args, g_free);
  g_autofree char *plain = line_of (fact);
  g_autoptr (JsonObject) success = parse (plain);
  assert_members (success, "t kind machine actor fd call args result");
  g_assert_cmpint (json_object_get_int_member (success, "result"), ==, G_MAXINT64);
}

static void
test_row (void)
{
  static const char *const EVENTS[] = { "added", "changed", "removed" };
  SvRowChange change = { 0 };

  change.before.local = change.after.local = endpoint (":::9999");
  change.before.foreign = change.after.foreign = endpoint ("::ffff:127.0.0.1:43210");
  change.before.family = change.after.family = AF_INET6;
  change.before.protocol = change.after.protocol = IPPROTO_TCP;
  change.before.state = SV_TCP_TIME_WAIT;
  change.after.state = SV_TCP_ESTABLISHED;
  change.before.recv_q = change.after.recv_q = 4294967295u;
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SvFact) fact = NULL;
      g_autofree char *line = NULL;
      g_autoptr (JsonObject) object = NULL;

      change.event = i;
      fact = sv_fact_new_row (0, SV_MACHINE_SERVER, &change); /* before the start: never negative */
      line = line_of (fact);
      object = parse (line);
      assert_members (object, "t kind machine event proto local foreign state recv_q send_q inode");
      g_assert_cmpfloat (json_object_get_double_member (object, "t"), ==, 0);
      g_assert_cmpstr (json_object_get_string_member (object, "kind"), ==, "row");
      g_assert_cmpstr (json_object_get_string_member (object, "machine"), ==, "server");
      g_assert_cmpstr (json_object_get_string_member (object, "event"), ==, EVENTS[i]);
      g_assert_cmpstr (json_object_get_string_member (object, "proto"), ==, "tcp6");
      g_assert_cmpstr (json_object_get_string_member (object, "local"), ==, ":::9999");
      g_assert_cmpstr (json_object_get_string_member (object, "foreign"), ==, "::ffff:127.0.0.1:43210");
      g_assert_cmpstr (json_object_get_string_member (object, "state"), ==, i == 2 ? "TIME_WAIT" : "ESTABLISHED");
      g_assert_cmpint (json_object_get_int_member (object, "recv_q"), ==, 4294967295u);
    }
}

static void
test_packet (void)
{
  SvSegment segment = { .event = SV_PACKET_DROPPED, .protocol = IPPROTO_TCP, .flags = SV_TCP_SYN | SV_TCP_ACK,
                        .seq = 4294967295u, .ack = 7, .length = 5, .numbers_known = TRUE, .from = "client 1",
                        .source = endpoint ("127.0.0.1:43210"), .destination = endpoint ("127.0.0.1:9999") };
  g_autoptr (SvFact) fact = sv_fact_new_packet (2000000000, SV_MACHINE_THIS, SV_SIDE_CLIENT, &segment);
  g_autofree char *line = line_of (fact);

  g_assert_cmpstr (line, ==,
                   "{\"t\":1.000000000,\"kind\":\"packet\",\"machine\":\"this\",\"event\":\"dropped\","
                   "\"reconstructed\":false,\"from\":\"client 1\",\"to\":\"\",\"proto\":\"tcp\","
                   "\"src\":\"127.0.0.1:43210\",\"dst\":\"127.0.0.1:9999\",\"flags\":\"SYN,ACK\",\"seq\":4294967295,"
                   "\"ack\":7,\"len\":5}");

  segment.numbers_known = FALSE;
  segment.reconstructed = TRUE;
  segment.protocol = IPPROTO_UDP;
  segment.flags = 0;
  g_autoptr (SvFact) guessed = sv_fact_new_packet (2000000000, SV_MACHINE_THIS, SV_SIDE_CLIENT, &segment);
  g_autofree char *second = line_of (guessed);
  g_autoptr (JsonObject) object = parse (second);
  assert_members (object, "t kind machine event reconstructed from to proto src dst flags seq ack len");
  g_assert_true (json_object_get_null_member (object, "seq"));
  g_assert_true (json_object_get_boolean_member (object, "reconstructed"));
  g_assert_cmpstr (json_object_get_string_member (object, "proto"), ==, "udp");
}

/* Whatever a client calls itself or a note says, the line parses. */
static void
test_strings (void)
{
  static const struct { const char *text; gssize length; const char *expected; } CASES[] = {
    { "plain", -1, "plain" },
    { "\"quoted\" \\ back", -1, "\"quoted\" \\ back" },
    { "tab\tline\nbell\x07 delete\x7f", -1, "tab\tline\nbell\x07 delete\x7f" },
    { "gr\xc3\xbc\xc3\x9f \xe2\x86\x92", -1, "gr\xc3\xbc\xc3\x9f \xe2\x86\x92" },
    { "bad \xff\xfe end \xc3", -1, "bad \xef\xbf\xbd\xef\xbf\xbd end \xef\xbf\xbd" },
    { "nul \0 inside", 12, "nul \xef\xbf\xbd inside" },
    { "cut here", 3, "cut" },
    { "", -1, "" },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GString) line = g_string_new ("{\"text\":");
      g_autoptr (JsonObject) object = NULL;

      sv_json_append_string (line, CASES[i].text, CASES[i].length);
      g_string_append_c (line, '}');
      object = parse (line->str);
      g_assert_cmpstr (json_object_get_string_member (object, "text"), ==, CASES[i].expected);
    }
  for (guint round = 0; round < 2000; round++)
    {
      g_autoptr (SvFact) note = NULL;
      g_autoptr (JsonObject) object = NULL;
      g_autofree char *line = NULL;
      char noise[40];

      for (guint i = 0; i < sizeof noise - 1; i++)
        noise[i] = (char) g_rand_int_range (rand, 1, 256);
      noise[sizeof noise - 1] = '\0';
      note = sv_fact_new_note (0, SV_MACHINE_THIS, "%s", noise);
      line = line_of (note);
      object = parse (line);
      assert_members (object, "t kind machine text");
    }
}

static void
test_names (void)
{
  static const struct { guint8 flags; const char *text; } FLAGS[] = {
    { 0, "" }, { 2, "SYN" }, { 18, "SYN,ACK" }, { 17, "FIN,ACK" }, { 4, "RST" },
    { 255, "SYN,FIN,RST,PSH,ACK,URG,ECE,CWR" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (FLAGS); i++)
    {
      g_autofree char *text = sv_tcp_flags_to_string (FLAGS[i].flags);

      g_assert_cmpstr (text, ==, FLAGS[i].text);
    }
  g_assert_cmpstr (sv_errno_to_name (0), ==, "");
  g_assert_cmpstr (sv_errno_to_name (ECONNREFUSED), ==, "ECONNREFUSED");
  g_assert_cmpstr (sv_errno_to_name (99999), ==, "EUNKNOWN");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fact-json/call", test_call);
  g_test_add_func ("/fact-json/row", test_row);
  g_test_add_func ("/fact-json/packet", test_packet);
  g_test_add_func ("/fact-json/strings", test_strings);
  g_test_add_func ("/fact-json/names", test_names);
  return g_test_run ();
}
