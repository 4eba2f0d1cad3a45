/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stage-fixture.h"
#include "sv-call-list.h"
#include "sv-drawer.h"
#include "sv-file-list.h"
#include "sv-packet-facts.h"
#include "sv-packet-view.h"

#include <dirent.h>
#include <errno.h>

typedef struct
{
  SvSession *session;
  SvRecording *recording;
  GtkWidget *drawer;
  Screen screen;
} Fixture;

/* A real SYN's headers: 20 bytes of IPv4, 40 of TCP with its options. */
static const guint8 SYN[60] = {
  0x45, 0x00, 0x00, 0x3c, 0x1c, 0x46, 0x40, 0x00, 0x40, 0x06, 0x20, 0x74, 0x7f, 0x00, 0x00, 0x01,
  0x7f, 0x00, 0x00, 0x01, 0x80, 0x02, 0x27, 0x0f, 0x3e, 0xda, 0x5a, 0x00, 0x00, 0x00, 0x00, 0x00,
  0xa0, 0x02, 0xff, 0xd7, 0xfe, 0x30, 0x00, 0x00, 0x02, 0x04, 0xff, 0xd7, 0x04, 0x02, 0x08, 0x0a,
  0x00, 0x00, 0x10, 0x20, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
};

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->session = sv_session_new ();
  self->recording = sv_session_get_recording (self->session);
  sv_player_set_animated (sv_session_get_player (self->session), FALSE);
  self->drawer = sv_drawer_new (self->session);
  screen_open (&self->screen, self->drawer, 800, 300);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  screen_close (&self->screen);
  g_assert_finalize_object (self->session);
}

static void
record_some (Fixture *self)
{
  gint64 now = sv_clock_now ();

  record_server (self->recording, now);
  record_client (self->recording, now + 100000, 1);
  record_call (self->recording, now + 200000, SV_SIDE_CLIENT, 1, "client 1", "send", 22, "\"hello\\n\", 6", -1, EPIPE,
               NULL, NULL);
}

static guint
count_calls (SvRecording *recording)
{
  guint n = 0;

  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording); i++)
    n += sv_recording_get (recording, i)->kind == SV_FACT_CALL;
  return n;
}

static const SvFact *
record_packet (Fixture *self, gboolean known)
{
  SvEndpoint client = sv_endpoint_loopback (AF_INET, 32770), server = sv_endpoint_loopback (AF_INET, 9999);
  SvSegment segment = { .event = SV_PACKET_SENT, .reconstructed = !known, .protocol = IPPROTO_TCP,
                        .flags = SV_TCP_SYN, .source = client, .destination = server, .from = "client 1",
                        .to = "server" };
  g_autoptr (GBytes) bytes = g_bytes_new_static (SYN, sizeof SYN);
  SvFact *fact;

  segment.bytes = known ? bytes : NULL;
  fact = sv_fact_new_packet (sv_clock_now () + 300000, SV_MACHINE_THIS, SV_SIDE_CLIENT, &segment);
  fact->connection = 1;
  return sv_recording_append (self->recording, fact);
}

static void
test_closed (Fixture *self, gconstpointer unused)
{
  GtkWidget *calls = sv_drawer_get_page (SV_DRAWER (self->drawer), SV_DRAWER_CALLS);

  g_assert_false (sv_drawer_is_open (SV_DRAWER (self->drawer)));
  g_assert_false (gtk_widget_get_mapped (calls));
  sv_drawer_show_page (SV_DRAWER (self->drawer), SV_DRAWER_CALLS);
  wait_until (gtk_widget_get_mapped (calls));
  sv_drawer_close (SV_DRAWER (self->drawer));
  wait_until (!gtk_widget_get_mapped (calls));
}

static void
test_calls (Fixture *self, gconstpointer unused)
{
  SvCallList *list = SV_CALL_LIST (sv_drawer_get_page (SV_DRAWER (self->drawer), SV_DRAWER_CALLS));
  SvSlotList *slots = sv_call_list_get_slots (list);
  g_autoptr (SvCallIndex) calls = sv_call_index_new (self->recording);
  const SvFact *last;

  sv_drawer_show_page (SV_DRAWER (self->drawer), SV_DRAWER_CALLS);
  record_some (self);
  wait_until (sv_slot_list_get_size (slots) == count_calls (self->recording));

  last = sv_call_index_get (calls, sv_call_index_get_size (calls) - 1);
  g_autofree char *text = sv_call_format (last);
  g_autofree char *result = sv_call_format_result (last);
  g_assert_cmpstr (text, ==, "send(22, \"hello\\n\", 6)");
  g_assert_cmpstr (result, ==, "= -1 EPIPE");

  g_signal_emit_by_name (slots, "chosen", 1);
  g_assert_cmpuint (sv_session_get_chosen_fact (self->session), ==, sv_call_index_get (calls, 1)->serial);
}

/* What the recording forgets goes from the list, first from its head. */
static void
test_trimmed (void)
{
  g_autoptr (SvRecording) recording = sv_recording_new (8);
  g_autoptr (SvCallIndex) calls = sv_call_index_new (recording);

  for (guint i = 0; i < 40; i++)
    record_call (recording, i, SV_SIDE_SERVER, 0, "server", "accept", 11, "", -1, EAGAIN, NULL, NULL);
  wait_until (sv_call_index_get_size (calls) == count_calls (recording));
  g_assert_nonnull (sv_call_index_get (calls, 0));
  g_assert_cmpuint (sv_call_index_find (calls, sv_recording_get_end (recording)), ==, 8);
}

static guint
count_descriptors (void)
{
  DIR *folder = opendir ("/proc/self/fd");
  guint n = 0;

  for (struct dirent *entry = readdir (folder); entry != NULL; entry = readdir (folder))
    n += entry->d_name[0] != '.';
  closedir (folder);
  return n - 1; /* the folder itself */
}

static void
test_files (Fixture *self, gconstpointer unused)
{
  SvFileList *list = SV_FILE_LIST (sv_drawer_get_page (SV_DRAWER (self->drawer), SV_DRAWER_FILES));
  SvSlotList *slots = sv_file_list_get_slots (list);

  sv_drawer_show_page (SV_DRAWER (self->drawer), SV_DRAWER_FILES);
  wait_until (sv_slot_list_get_size (slots) > 0);
  g_assert_cmpuint (sv_slot_list_get_size (slots), ==, count_descriptors ());
}

static void
test_packet (Fixture *self, gconstpointer unused)
{
  SvPacketView *view = SV_PACKET_VIEW (sv_drawer_get_page (SV_DRAWER (self->drawer), SV_DRAWER_PACKET));
  SvSlotList *slots = sv_packet_view_get_slots (view);
  const SvFact *packet;

  record_some (self);
  packet = record_packet (self, TRUE);
  g_autoptr (GPtrArray) lines = sv_packet_lines_new (packet);
  sv_drawer_show_page (SV_DRAWER (self->drawer), SV_DRAWER_PACKET);
  sv_session_choose_fact (self->session, packet->serial);
  wait_until (sv_slot_list_get_size (slots) == lines->len);
  g_assert_cmpuint (lines->len, >, 20);
  for (guint i = 0; i < lines->len; i++)
    {
      const SvPacketLine *line = g_ptr_array_index (lines, i);

      g_assert_cmpuint (line->bit_offset + line->bit_length, <=, sizeof SYN * 8);
      if (g_str_equal (line->name, "Sequence Number"))
        g_assert_cmpstr (line->value, ==, "1054497280");
    }
}

/* Nothing is claimed of a packet that nobody saw but what is known. */
static void
test_reconstructed (Fixture *self, gconstpointer unused)
{
  record_some (self);

  g_autoptr (GPtrArray) lines = sv_packet_lines_new (record_packet (self, FALSE));
  g_assert_cmpuint (lines->len, ==, 6);
  for (guint i = 0; i < lines->len; i++)
    {
      const SvPacketLine *line = g_ptr_array_index (lines, i);

      g_assert_cmpuint (line->bit_length, ==, 0);
      g_assert_cmpstr (line->name, !=, "Sequence Number");
    }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("/drawer/closed-at-first", test_closed);
  ADD ("/drawer/calls-are-the-recordings", test_calls);
  g_test_add_func ("/drawer/calls-trimmed", test_trimmed);
  ADD ("/drawer/files-are-procs", test_files);
  ADD ("/drawer/packet-fields", test_packet);
  ADD ("/drawer/packet-reconstructed", test_reconstructed);
  return g_test_run ();
}
