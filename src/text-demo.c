/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "text-demo.h"

#include "sv-fact-json.h"
#include "sv-fact-text.h"
#include "sv-local-machine.h"
#include "sv-monitor.h"
#include "sv-name-lookup.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <netinet/in.h>
#include <string.h>

#define MONITOR_INTERVAL_MS 200
#define DEFAULT_HOLD_S 2.0
#define DEFAULT_NAME_S 10.0
#define MAX_DURATION_S (7 * 24 * 3600.0)

typedef struct
{
  const SvTextDemo *options;
  GMainLoop *loop;
  SvRecording *recording;
  SvLab *lab;
  SvNetwork *network; /* NULL on this computer */
  GSubprocess *command;
  GString *text;
  SvExit status;
  gboolean reader_left;
  int exit_signal;

  GHashTable *awaiting; /* connection id → bytes of its line that have not come back */
  guint n_echoed;
  guint n_clients_closed;
  guint n_servers_closed;
  GSource *closing;
  gboolean leaving; /* all is closed; on two machines the last packets still fly */
} Demo;

/* ---- Options. */

static gboolean
parse_count (const char *text, guint *count, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 1, SV_LAB_MAX_CLIENTS, &number, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("--demo cannot be “%s”. Give a number of clients from 1 to %u."), text, SV_LAB_MAX_CLIENTS);
      return FALSE;
    }
  *count = (guint) number;
  return TRUE;
}

static gboolean
parse_duration (const char *text, double *duration, GError **error)
{
  char *end;

  errno = 0;
  *duration = g_ascii_strtod (text, &end);
  if (errno == 0 && end != text && *end == '\0' && isfinite (*duration) && *duration >= 0 && *duration <= MAX_DURATION_S)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("--duration cannot be “%s”. Give a number of seconds, 0 or more."), text);
  return FALSE;
}

/* "localhost:9999": a name, not an address. A name with an odd port is no name. */
static gboolean
resolve (const char *text, SvEndpoint *endpoint, GError **error)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GSocketConnectable) connectable = g_network_address_parse (text, SV_LAB_DEFAULT_PORT, error);
  g_autoptr (GSocketAddress) address = NULL;
  const char *name;
  GList *found;

  if (connectable == NULL)
    return FALSE;
  name = g_network_address_get_hostname (G_NETWORK_ADDRESS (connectable));
  found = g_resolver_lookup_by_name_with_flags (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY, NULL, NULL);
  if (found == NULL)
    found = g_resolver_lookup_by_name (resolver, name, NULL, error);
  if (found == NULL)
    return FALSE;
  address = g_inet_socket_address_new (found->data, g_network_address_get_port (G_NETWORK_ADDRESS (connectable)));
  g_resolver_free_addresses (found);
  return sv_endpoint_from_socket_address (endpoint, address);
}

static gboolean
parse_address (const char *option, const char *text, SvEndpoint *endpoint, GError **error)
{
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (GError) name_error = NULL;

  if (sv_endpoint_parse (text, SV_LAB_DEFAULT_PORT, endpoint, &parse_error))
    return TRUE;
  if (g_error_matches (parse_error, SV_ENDPOINT_ERROR, SV_ENDPOINT_ERROR_ADDRESS)
      && resolve (text, endpoint, &name_error))
    return TRUE;
  /* A port that is none is the port's fault; a name that nobody knows is the name's. */
  if (name_error != NULL && name_error->domain == G_RESOLVER_ERROR)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s cannot be “%s”: no address has that name (%s)."),
                 option, text, name_error->message);
  else
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s", option, parse_error->message);
  return FALSE;
}

static gboolean
parse_bind (SvTextDemo *self, const char *text, GError **error)
{
  self->server.kind = self->kinds.kind;
  self->server.v6_only = self->kinds.v6_only;
  if (self->kinds.kind == SV_KIND_UNIX)
    return sv_server_options_set_path (&self->server, text, error);
  if (self->network.wanted)
    self->server.bind = sv_endpoint_any (AF_INET, SV_LAB_DEFAULT_PORT);
  return text == NULL || parse_address ("--bind", text, &self->server.bind, error);
}

/* Nothing is sent to other computers. */
static gboolean
is_near (SvTextDemo *self, GError **error)
{
  g_autoptr (SvMachine) machine = self->network.wanted ? NULL : sv_local_machine_new ();

  if (machine == NULL || sv_machine_has_address (machine, &self->target.endpoint))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("“%s” is not of this computer. SockView's clients connect to nobody else."), self->kinds.connect);
  return FALSE;
}

static gboolean
parse_target (SvTextDemo *self, GError **error)
{
  g_autoptr (GError) not_address = NULL;
  g_autofree char *host = NULL;

  self->target.kind = self->kinds.kind;
  if (self->kinds.connect == NULL)
    return TRUE;
  if (self->kinds.kind == SV_KIND_UNIX)
    return sv_destination_set_path (&self->target, self->kinds.connect, error);
  if (self->network.wanted && !sv_endpoint_parse (self->kinds.connect, 0, &self->target.endpoint, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("The two machines know no names: --connect wants an address, not “%s”."), self->kinds.connect);
      return FALSE;
    }
  /* What is no address is a name, which is looked up while it is watched. */
  if (!sv_endpoint_parse (self->kinds.connect, SV_LAB_DEFAULT_PORT, &self->target.endpoint, &not_address))
    return sv_name_parse (self->kinds.connect, SV_LAB_DEFAULT_PORT, self->kinds.kind == SV_KIND_UDP ? "udp" : "tcp",
                          &host, &self->target.endpoint.port, error);
  if (self->target.endpoint.port != 0)
    return is_near (self, error);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--connect cannot be “%s”: nobody has port 0."),
               self->kinds.connect);
  return FALSE;
}

/**
 * sv_text_demo_parse:
 * @self: @kinds and @network are set
 * @demo: (nullable): number of clients; without it one goes where @kinds says, or
 *   there is the server alone
 * @bind: (nullable): address or name, and port; path or @name for the UNIX domain
 * @duration: (nullable): seconds
 *
 * Returns: %FALSE with a sentence about the option that is wrong
 */
gboolean
sv_text_demo_parse (SvTextDemo *self, const char *demo, const char *bind, const char *duration, GError **error)
{
  sv_server_options_init (&self->server);
  self->duration = -1;
  self->n_clients = self->kinds.connect != NULL ? 1 : 0;
  if (self->kinds.peers && (!self->network.wanted || self->kinds.kind != SV_KIND_TCP || demo != NULL
                            || self->kinds.connect != NULL))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           _("--peers needs --two-machines, and goes without --demo, --connect, --udp and --unix."));
      return FALSE;
    }
  return (demo == NULL || parse_count (demo, &self->n_clients, error)) && parse_bind (self, bind, error)
         && parse_target (self, error) && (duration == NULL || parse_duration (duration, &self->duration, error));
}

/* ---- What is printed. */

static void
leave_when_calm (Demo *demo)
{
  if (demo->leaving && (demo->network == NULL || sv_text_network_is_calm (demo->network)))
    g_main_loop_quit (demo->loop);
}

static void
appended_cb (SvRecording *recording, SvFact *fact, gpointer user_data)
{
  Demo *demo = user_data;
  gint64 start = sv_recording_get_start (recording);

  if (demo->reader_left)
    return;
  if (demo->options->format == SV_TEXT_FORMAT_JSON)
    sv_fact_append_json (fact, start, demo->text);
  else
    sv_fact_append_text (fact, start, demo->text);
  g_string_append_c (demo->text, '\n');
  if (sv_text_mode_write (demo->text, &demo->status))
    {
      leave_when_calm (demo);
      return;
    }
  demo->reader_left = TRUE;
  g_main_loop_quit (demo->loop);
}

/* ---- What the clients do. */

static gboolean
is_own (Demo *demo, guint connection)
{
  return !sv_recording_get_connection (demo->recording, connection)->foreign;
}

static void
connected_cb (SvLab *lab, guint connection, gpointer user_data)
{
  Demo *demo = user_data;
  g_autofree char *line = g_strdup_printf ("hello from %s\n",
                                           sv_recording_get_connection (demo->recording, connection)->actor);
  gsize length = strlen (line);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&line), length);

  g_hash_table_insert (demo->awaiting, GUINT_TO_POINTER (connection), GSIZE_TO_POINTER (length));
  /* What fails is a fact already. */
  sv_lab_send (lab, connection, SV_SIDE_CLIENT, bytes, NULL);
}

/* All have had their echo: all leave. */
static gboolean
close_clients_cb (gpointer user_data)
{
  Demo *demo = user_data;
  guint n = sv_recording_get_n_connections (demo->recording);

  for (guint id = 1; id <= n; id++)
    if (sv_lab_has_end (demo->lab, id, SV_SIDE_CLIENT))
      sv_lab_close (demo->lab, id, SV_SIDE_CLIENT, NULL);
  g_clear_pointer (&demo->closing, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
close_when_all_echoed (Demo *demo)
{
  if (demo->options->hold_accept || demo->closing != NULL
      || demo->n_echoed + demo->n_clients_closed < demo->options->n_clients)
    return;
  demo->closing = g_idle_source_new ();
  g_source_set_callback (demo->closing, close_clients_cb, demo, NULL);
  g_source_attach (demo->closing, NULL);
}

static void
received_cb (SvLab *lab, guint connection, guint side, guint64 length, gpointer user_data)
{
  Demo *demo = user_data;
  gsize left = GPOINTER_TO_SIZE (g_hash_table_lookup (demo->awaiting, GUINT_TO_POINTER (connection)));

  if (side != SV_SIDE_CLIENT || left == 0)
    return;
  left -= MIN (left, length);
  g_hash_table_insert (demo->awaiting, GUINT_TO_POINTER (connection), GSIZE_TO_POINTER (left));
  if (left > 0)
    return;
  demo->n_echoed++;
  close_when_all_echoed (demo);
}

/* How many ends of ours a server has to close: UDP's has none for each client. */
static guint
count_server_ends (Demo *demo)
{
  guint n = demo->options->n_clients;

  if (demo->options->kinds.kind == SV_KIND_UDP || demo->options->kinds.connect != NULL)
    return 0;
  return n - MIN (n, sv_lab_get_connect_errors (demo->lab));
}

static void
closed_cb (SvLab *lab, guint connection, guint side, gpointer user_data)
{
  Demo *demo = user_data;
  gsize left = GPOINTER_TO_SIZE (g_hash_table_lookup (demo->awaiting, GUINT_TO_POINTER (connection)));
  guint n = demo->options->n_clients;

  if (!is_own (demo, connection))
    return;
  if (side == SV_SIDE_CLIENT)
    {
      demo->n_clients_closed++;
      /* Who had the echo and leaves is counted once. */
      if (left == 0 && g_hash_table_contains (demo->awaiting, GUINT_TO_POINTER (connection)))
        demo->n_echoed--;
    }
  else
    demo->n_servers_closed++;
  if (demo->n_clients_closed < n)
    close_when_all_echoed (demo);
  else if (demo->options->duration < 0 && !demo->options->hold_accept
           && demo->n_servers_closed >= count_server_ends (demo))
    {
      demo->leaving = TRUE;
      leave_when_calm (demo);
    }
}

/* ---- The end. */

static gboolean
deadline_cb (gpointer user_data)
{
  g_main_loop_quit (((Demo *) user_data)->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
interrupt_cb (gpointer user_data)
{
  Demo *demo = user_data;

  demo->exit_signal = SIGINT;
  g_main_loop_quit (demo->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
terminate_cb (gpointer user_data)
{
  Demo *demo = user_data;

  demo->exit_signal = SIGTERM;
  g_main_loop_quit (demo->loop);
  return G_SOURCE_CONTINUE;
}

static void
network_ended_cb (SvNetwork *network, const char *sentence, gpointer user_data)
{
  Demo *demo = user_data;

  sv_text_mode_complain (sentence);
  demo->status = SV_EXIT_FAILED;
  g_main_loop_quit (demo->loop);
}

static gboolean
run_command (Demo *demo, GError **error)
{
  if (demo->options->network.command == NULL)
    return TRUE;
  demo->command = sv_text_network_run_command (&demo->options->network, demo->network, error);
  return demo->command != NULL;
}

static gboolean
connect_by_name (Demo *demo, GError **error)
{
  for (guint i = 0; i < demo->options->n_clients; i++)
    if (!sv_lab_connect_by_name (demo->lab, demo->options->kinds.kind, demo->options->kinds.connect, error))
      return FALSE;
  return TRUE;
}

static gboolean
start (Demo *demo, GError **error)
{
  const SvTextDemo *options = demo->options;
  SvServerOptions server = options->server;

  server.hold_accept = options->hold_accept;
  sv_lab_set_manner (demo->lab, options->kinds.manner);
  if (options->kinds.peers)
    return run_command (demo, error) && sv_network_open_peers (demo->network, SV_LAB_DEFAULT_PORT, error) != 0;
  if (options->kinds.connect != NULL && options->kinds.kind != SV_KIND_UNIX && options->target.endpoint.family == 0)
    return connect_by_name (demo, error);
  if (options->kinds.connect != NULL)
    return sv_lab_spawn_clients_at (demo->lab, options->n_clients, &options->target, error);
  return sv_lab_start_server (demo->lab, &server, error) && run_command (demo, error)
         && (options->n_clients == 0 || sv_lab_spawn_clients (demo->lab, options->n_clients, error));
}

/* Until all is closed, the time is over, or somebody has had enough. */
static void
run (Demo *demo, SvMonitor *monitor)
{
  gboolean waits = demo->options->hold_accept || demo->options->kinds.connect != NULL
                   || demo->options->kinds.peers;
  gboolean by_name = demo->options->kinds.connect != NULL && demo->options->target.endpoint.family == 0;
  double patience = by_name ? DEFAULT_NAME_S : DEFAULT_HOLD_S;
  double duration = demo->options->duration < 0 && waits ? patience : demo->options->duration;
  guint deadline = duration >= 0 ? g_timeout_add ((guint) (duration * 1000), deadline_cb, demo) : 0;
  guint interrupt = g_unix_signal_add (SIGINT, interrupt_cb, demo);
  guint terminate = g_unix_signal_add (SIGTERM, terminate_cb, demo);
  SvEndpoint listener = demo->options->target.endpoint;

  sv_lab_get_listener_endpoint (demo->lab, &listener);
  if (monitor != NULL)
    sv_monitor_start (monitor, MONITOR_INTERVAL_MS, listener.port);
  if (!demo->reader_left)
    g_main_loop_run (demo->loop);
  if (monitor != NULL)
    sv_monitor_stop (monitor);
  sv_lab_stop (demo->lab);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  if (deadline != 0 && g_main_context_find_source_by_id (NULL, deadline) != NULL)
    g_source_remove (deadline);
  if (demo->closing != NULL)
    g_source_destroy (demo->closing);
  g_clear_pointer (&demo->closing, g_source_unref);
}

/* This computer, or two machines of their own. */
static gboolean
open_lab (Demo *demo, GError **error)
{
  g_autoptr (SvMachine) machine = NULL;

  if (demo->options->network.wanted)
    {
      demo->network = sv_text_network_open (&demo->options->network, demo->recording, error);
      if (demo->network == NULL)
        return FALSE;
      g_signal_connect (demo->network, "ended", G_CALLBACK (network_ended_cb), demo);
      demo->lab = g_object_ref (sv_network_get_lab (demo->network));
    }
  else
    {
      machine = sv_local_machine_new ();
      demo->lab = sv_lab_new (demo->recording, machine, machine);
    }
  g_signal_connect (demo->lab, "connected", G_CALLBACK (connected_cb), demo);
  g_signal_connect (demo->lab, "received", G_CALLBACK (received_cb), demo);
  g_signal_connect (demo->lab, "closed", G_CALLBACK (closed_cb), demo);
  return TRUE;
}

static void
close_lab (Demo *demo)
{
  g_signal_handlers_disconnect_by_data (demo->recording, demo);
  if (demo->lab != NULL)
    {
      sv_lab_stop (demo->lab);
      g_signal_handlers_disconnect_by_data (demo->lab, demo);
    }
  if (demo->command != NULL)
    g_subprocess_force_exit (demo->command);
  g_clear_object (&demo->command);
  g_clear_object (&demo->network);
  g_clear_object (&demo->lab);
}

static gboolean
perform (Demo *demo, GError **error)
{
  g_autoptr (SvMonitor) monitor = NULL;

  g_signal_connect (demo->recording, "appended", G_CALLBACK (appended_cb), demo);
  if (!open_lab (demo, error) || !start (demo, error))
    return FALSE;
  /* The network has monitors of its own; no monitor knows the UNIX domain. */
  if (demo->network == NULL && demo->options->kinds.kind != SV_KIND_UNIX)
    monitor = sv_monitor_new (demo->recording, sv_lab_get_machine (demo->lab, SV_SIDE_SERVER));
  run (demo, monitor);
  return sv_text_network_save (&demo->options->network, demo->recording, error);
}

/**
 * sv_text_demo_run:
 *
 * Starts the server, spawns the clients, lets each send a line and close, and
 * prints the facts as they happen, one a line.
 *
 * Returns: the exit status: #SvExit, or 128 and the signal that ended it
 */
int
sv_text_demo_run (const SvTextDemo *self)
{
  g_autoptr (SvRecording) recording = sv_recording_new (SV_RECORDING_DEFAULT_CAPACITY);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GHashTable) awaiting = g_hash_table_new (NULL, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Demo demo = { .options = self, .loop = loop, .recording = recording, .text = text, .awaiting = awaiting };
  gboolean performed = perform (&demo, &error);

  close_lab (&demo);
  if (!performed)
    {
      sv_text_mode_complain (error->message);
      return SV_EXIT_FAILED;
    }
  return demo.exit_signal != 0 ? 128 + demo.exit_signal : (int) demo.status;
}
