/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-window-network.h"

#include <glib/gi18n-lib.h>

#include "sv-packet-saver.h"
#include "sv-pcapng.h"

#define FILE_NAME "sockview.pcapng"

/* ---- Other machines in place of these. */

static guint
count_clients (SvLab *lab)
{
  guint n;

  g_object_get (lab, "n-clients", &n, NULL);
  return n;
}

/* What ends, in a sentence. */
static char *
describe_end (SvNetwork *network)
{
  SvLab *lab = sv_network_get_lab (network);
  guint n_clients = count_clients (lab), n_flights = sv_wire_get_n_flights (sv_network_get_wire (network));
  GString *text = g_string_new (_("Both machines end, and two new ones with other addresses take their place."));

  if (sv_lab_is_running (lab))
    g_string_append_printf (text, " %s", _("The server stops."));
  if (n_clients > 0)
    {
      g_string_append_c (text, ' ');
      g_string_append_printf (text, ngettext ("%u client is closed.", "%u clients are closed.", n_clients), n_clients);
    }
  if (n_flights > 0)
    {
      g_string_append_c (text, ' ');
      g_string_append_printf (text, ngettext ("%u packet on the wire is lost.", "%u packets on the wire are lost.",
                                              n_flights), n_flights);
    }
  g_string_append_printf (text, " %s", _("What was recorded goes with them."));
  return g_string_free (text, FALSE);
}

static void
nat_response_cb (SvWindow *window, const char *response, GtkWidget *dialog)
{
  if (g_str_equal (response, "renew"))
    sv_window_renew_network (window, GPOINTER_TO_INT (g_object_get_data (G_OBJECT (dialog), "sv-nat")));
}

static void
ask_for_nat (SvWindow *window, SvNetwork *network, gboolean nat)
{
  g_autofree char *body = describe_end (network);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (window), nat ? _("Put Routers Between the Machines?")
                                                                       : _("Take the Routers Away?"), body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "renew",
                                    _("_Make New Machines"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "renew", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  g_object_set_data (G_OBJECT (dialog), "sv-nat", GINT_TO_POINTER (nat));
  g_signal_connect_object (dialog, "response", G_CALLBACK (nat_response_cb), window, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
is_in_use (SvNetwork *network)
{
  SvLab *lab = sv_network_get_lab (network);

  return sv_network_is_open (network)
         && (sv_lab_is_running (lab) || count_clients (lab) > 0
             || sv_wire_get_n_flights (sv_network_get_wire (network)) > 0);
}

static void
nat_wanted_cb (SvWindow *window, gboolean nat)
{
  SvSession *session = sv_window_get_session (window);
  SvNetwork *network = session != NULL ? sv_session_get_network (session) : NULL;

  if (network != NULL && is_in_use (network))
    ask_for_nat (window, network, nat);
  else
    sv_window_renew_network (window, nat);
}

static void
failed_cb (SvWindow *window, const char *sentence)
{
  sv_window_show_message (window, sentence);
}

static void
told_cb (SvWindow *window, const char *text)
{
  sv_window_show_toast (window, text);
}

/* ---- Packets into a file. */

typedef struct
{
  GWeakRef window;
  SvRecording *recording;
  guint machines;
} Saving;

static void
saving_free (Saving *saving)
{
  g_weak_ref_clear (&saving->window);
  g_clear_object (&saving->recording);
  g_free (saving);
}

static void
saved_cb (GObject *file, GAsyncResult *result, gpointer data)
{
  Saving *saving = data;
  g_autoptr (SvWindow) window = g_weak_ref_get (&saving->window);
  g_autoptr (GError) error = NULL;
  g_autofree char *done = sv_packet_saver_save_finish (result, &error);

  if (window != NULL && done != NULL)
    sv_window_show_toast (window, done);
  else if (window != NULL)
    sv_window_show_message (window, error->message);
  saving_free (saving);
}

static Saving *
saving_new (SvWindow *window, guint machines)
{
  Saving *saving = g_new0 (Saving, 1);

  g_weak_ref_init (&saving->window, window);
  saving->recording = g_object_ref (sv_session_get_recording (sv_window_get_session (window)));
  saving->machines = machines;
  return saving;
}

static void
chosen_cb (GFile *file, gpointer data)
{
  Saving *saving = data;

  if (file != NULL)
    sv_packet_saver_save_async (saving->recording, saving->machines, file, saved_cb, saving);
  else
    saving_free (saving);
}

/**
 * sv_window_network_save:
 * @machines: a set of %SV_PCAPNG_MACHINE
 *
 * Saves the packets of the recording shown, and says how that went.
 */
void
sv_window_network_save (SvWindow *window, guint machines, GFile *file)
{
  g_return_if_fail (SV_IS_WINDOW (window));

  if (sv_window_get_session (window) != NULL)
    chosen_cb (file, saving_new (window, machines));
}

static void
save (SvWindow *window, guint machines)
{
  if (sv_window_get_session (window) != NULL)
    sv_choose_file_to_save (GTK_WINDOW (window), _("Save Packets"), FILE_NAME, chosen_cb,
                            saving_new (window, machines));
}

static void
save_all_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  save (window, SV_PCAPNG_ALL);
}

static void
save_client_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  save (window, SV_PCAPNG_MACHINE (SV_MACHINE_CLIENT));
}

static void
save_server_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  save (window, SV_PCAPNG_MACHINE (SV_MACHINE_SERVER));
}

static const GActionEntry entries[] = {
  { .name = "save-packets", .activate = save_all_cb },
  { .name = "save-client-packets", .activate = save_client_cb },
  { .name = "save-server-packets", .activate = save_server_cb },
};

static void
set_enabled (SvWindow *window, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (window), name)), enabled);
}

/* A menu has no tooltips: where there is nothing to save, another entry says why. */
static void
show_packets (SvWindow *window, gboolean any, gboolean two_machines)
{
  set_enabled (window, "save-packets", any);
  set_enabled (window, "save-client-packets", any && two_machines);
  set_enabled (window, "save-server-packets", any && two_machines);
  g_action_map_remove_action (G_ACTION_MAP (window), "no-packets");
  if (!any)
    {
      g_autoptr (GSimpleAction) none = g_simple_action_new ("no-packets", NULL);

      g_simple_action_set_enabled (none, FALSE);
      g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (none));
    }
}

/* The first real packet; more of them change nothing. */
static void
appended_cb (SvRecording *recording, SvFact *fact, SvWindow *window)
{
  if (fact->kind != SV_FACT_PACKET || fact->packet.reconstructed || fact->packet.bytes == NULL)
    return;
  g_signal_handlers_disconnect_by_func (recording, appended_cb, window);
  show_packets (window, TRUE, fact->machine != SV_MACHINE_THIS);
}

/**
 * sv_window_network_add:
 */
void
sv_window_network_add (SvWindow *window, SvNetworkActions *actions)
{
  g_return_if_fail (SV_IS_WINDOW (window));

  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
  g_signal_connect_object (actions, "nat-wanted", G_CALLBACK (nat_wanted_cb), window, G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "failed", G_CALLBACK (failed_cb), window, G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "told", G_CALLBACK (told_cb), window, G_CONNECT_SWAPPED);
  show_packets (window, FALSE, FALSE);
}

/**
 * sv_window_network_follow:
 * @workplace: (nullable): the one shown
 */
void
sv_window_network_follow (SvWindow *window, SvWorkplace *workplace)
{
  SvSession *session = workplace != NULL ? sv_workplace_get_session (workplace) : NULL;
  SvNetwork *network = session != NULL ? sv_session_get_network (session) : NULL;
  SvRecording *recording = session != NULL ? sv_session_get_recording (session) : NULL;
  gboolean any = recording != NULL && sv_pcapng_count (recording, SV_PCAPNG_ALL) > 0;

  g_return_if_fail (SV_IS_WINDOW (window));

  sv_network_actions_set_network (sv_window_get_network_actions (window), network);
  show_packets (window, any, network != NULL);
  if (recording == NULL)
    return;
  g_signal_handlers_disconnect_by_func (recording, appended_cb, window);
  if (!any)
    g_signal_connect_object (recording, "appended", G_CALLBACK (appended_cb), window, 0);
}
