/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lesson-lab.h"

#include "sv-parking.h"
#include "sv-trial.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>

#define DEFAULT_TEXT "hello\n"
#define MAX_BYTES (16 * 1024 * 1024)

struct _SvLessonLab
{
  GObject parent_instance;

  SvLab *lab;
  SvNetwork *network; /* NULL on this computer */
  guint16 port;
  guint first_connection; /* of the lesson */
  GPtrArray *programs;    /* GSubprocess: those that the lesson has started */
  SvTrial *trial;         /* NULL until one is wanted */
  SvParking *parking;     /* likewise */
};

enum
{
  CHOOSING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void actions_init (SvLessonActionsInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SvLessonLab, sv_lesson_lab, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SV_TYPE_LESSON_ACTIONS, actions_init))

static void
end_programs (SvLessonLab *self)
{
  for (guint i = 0; i < self->programs->len; i++)
    g_subprocess_force_exit (g_ptr_array_index (self->programs, i));
  g_ptr_array_set_size (self->programs, 0);
}

static void
end_experiments (SvLessonLab *self)
{
  if (self->trial != NULL)
    sv_trial_stop (self->trial);
  if (self->parking != NULL)
    sv_parking_release_all (self->parking);
  g_clear_object (&self->trial);
  g_clear_object (&self->parking);
}

static void
sv_lesson_lab_dispose (GObject *object)
{
  SvLessonLab *self = SV_LESSON_LAB (object);

  end_programs (self);
  end_experiments (self);
  g_clear_object (&self->lab);
  g_clear_object (&self->network);
  G_OBJECT_CLASS (sv_lesson_lab_parent_class)->dispose (object);
}

static void
sv_lesson_lab_finalize (GObject *object)
{
  g_ptr_array_unref (SV_LESSON_LAB (object)->programs);
  G_OBJECT_CLASS (sv_lesson_lab_parent_class)->finalize (object);
}

static void
sv_lesson_lab_class_init (SvLessonLabClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sv_lesson_lab_dispose;
  object_class->finalize = sv_lesson_lab_finalize;
  signals[CHOOSING] = g_signal_new ("choosing", SV_TYPE_LESSON_LAB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT64);
}

static void
sv_lesson_lab_init (SvLessonLab *self)
{
  self->programs = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * sv_lesson_lab_new:
 * @network: (nullable): that of @lab
 * @port: where servers are started unless the lesson says otherwise; 0: where the kernel wants
 */
SvLessonLab *
sv_lesson_lab_new (SvLab *lab, SvNetwork *network, guint16 port)
{
  SvLessonLab *self = g_object_new (SV_TYPE_LESSON_LAB, NULL);

  self->lab = g_object_ref (lab);
  self->network = network != NULL ? g_object_ref (network) : NULL;
  self->port = port;
  self->first_connection = sv_recording_get_n_connections (sv_lab_get_recording (lab)) + 1;
  return self;
}

/**
 * sv_lesson_lab_choose:
 * @key: of the row that the learner points at, 0: of none
 */
void
sv_lesson_lab_choose (SvLessonLab *self, SvMachineId machine, guint64 key)
{
  g_signal_emit_by_name (self, "chosen", (guint) machine, key);
}

/* ---- Server and clients. */

static gboolean
read_address (const SvLessonAct *act, const SvEndpoint *otherwise, SvEndpoint *endpoint, GError **error)
{
  const char *address = sv_lesson_act_get (act, "address");

  *endpoint = *otherwise;
  if (address != NULL && !sv_endpoint_parse (address, otherwise->port, endpoint, error))
    return FALSE;
  endpoint->port = (guint16) sv_lesson_act_get_number (act, "port", otherwise->port);
  return TRUE;
}

static gboolean
start_server (SvLessonLab *self, const SvLessonAct *act, GError **error)
{
  SvServerOptions options;
  SvEndpoint usual;

  sv_server_options_init (&options);
  usual = self->network != NULL ? sv_endpoint_any (AF_INET, self->port) : sv_endpoint_loopback (AF_INET, self->port);
  if (!read_address (act, &usual, &options.bind, error))
    return FALSE;
  if (g_strcmp0 (sv_lesson_act_get (act, "kind"), "udp") == 0)
    options.kind = SV_KIND_UDP;
  options.backlog = (int) sv_lesson_act_get_number (act, "backlog", options.backlog);
  options.echo = sv_lesson_act_get_flag (act, "echo", TRUE);
  options.hold_accept = sv_lesson_act_get_flag (act, "hold", FALSE);
  return sv_lab_start_server (self->lab, &options, error);
}

static gboolean
connect_to (SvLessonLab *self, const SvLessonAct *act, GError **error)
{
  SvEndpoint target, usual = sv_endpoint_loopback (AF_INET, self->port);

  if (self->network != NULL)
    usual = *sv_network_get_server_address (self->network, AF_INET);
  usual.port = self->port;
  sv_lab_get_listener_endpoint (self->lab, &target);
  if (sv_lab_is_running (self->lab))
    usual.port = target.port;
  return read_address (act, &usual, &target, error) && sv_lab_spawn_clients_to (self->lab, 1, &target, error);
}

/* A program of somebody else connects, if there is one; else one of our clients does, and says so. */
static gboolean
run_nc (SvLessonLab *self, const SvLessonAct *act, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *program = g_find_program_in_path ("nc");
  g_autofree char *address = NULL, *port = NULL;
  SvEndpoint listener;
  GSubprocess *process;

  if (!sv_lab_get_listener_endpoint (self->lab, &listener))
    return sv_lab_spawn_clients (self->lab, 1, error);
  if (program == NULL)
    {
      sv_recording_append (sv_lab_get_recording (self->lab),
                           sv_fact_new_note (sv_clock_now (), sv_machine_get_id (sv_lab_get_machine (self->lab, 0)), "%s",
                                             C_("lesson", "nc is not installed here: a client of SockView connects.")));
      return sv_lab_spawn_clients (self->lab, 1, error);
    }
  port = g_strdup_printf ("%u", listener.port);
  if (self->network != NULL)
    address = sv_endpoint_address_to_string (sv_network_get_server_address (self->network, AF_INET));
  else
    address = sv_endpoint_is_any (&listener) ? g_strdup ("127.0.0.1") : sv_endpoint_address_to_string (&listener);
  if (sv_lesson_act_get (act, "address") != NULL)
    {
      g_free (address);
      address = g_strdup (sv_lesson_act_get (act, "address"));
    }

  const char *argv[] = { program, address, port, NULL };

  process = self->network != NULL ? sv_network_spawn (self->network, SV_SIDE_CLIENT, launcher, argv, error)
                                  : g_subprocess_launcher_spawnv (launcher, argv, error);
  if (process != NULL)
    g_ptr_array_add (self->programs, process);
  return process != NULL;
}

static gboolean
connect_by_name (SvLessonLab *self, const SvLessonAct *act, GError **error)
{
  const char *host = sv_lesson_act_get (act, "host"), *port = sv_lesson_act_get (act, "port");
  g_autofree char *text = NULL;
  SvEndpoint listener = { .port = self->port };

  sv_lab_get_listener_endpoint (self->lab, &listener);
  if (port != NULL)
    text = g_strdup_printf ("%s:%s", host != NULL ? host : "localhost", port);
  else
    text = g_strdup_printf ("%s:%u", host != NULL ? host : "localhost", listener.port);
  return sv_lab_connect_by_name (self->lab, SV_KIND_TCP, text, error);
}

/* ---- Experiments: both ends on the server's machine. */

static gboolean
fail_unknown (const char *name, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, C_("lesson", "There is no experiment “%s”."), name);
  return FALSE;
}

static gboolean
try_it (SvLessonLab *self, const SvLessonAct *act, GError **error)
{
  const char *name = sv_lesson_act_get (act, "trial");
  const SvTrialRecipe *recipe = name != NULL ? sv_trial_recipe_find (name) : NULL;
  SvMachine *machine = sv_lab_get_machine (self->lab, SV_SIDE_SERVER);

  if (recipe == NULL)
    return fail_unknown (name != NULL ? name : "", error);
  if (self->trial == NULL)
    self->trial = sv_trial_new (sv_lab_get_recording (self->lab), machine, machine);
  return sv_trial_run (self->trial, recipe, error);
}

static gboolean
park (SvLessonLab *self, const SvLessonAct *act, GError **error)
{
  const char *name = sv_lesson_act_get (act, "state");
  const SvParkRecipe *recipe = name != NULL ? sv_park_recipe_find (name) : NULL;
  SvMachine *machine = sv_lab_get_machine (self->lab, SV_SIDE_SERVER);

  if (recipe == NULL)
    return fail_unknown (name != NULL ? name : "", error);
  if (self->parking == NULL)
    self->parking = sv_parking_new (sv_lab_get_recording (self->lab), machine, machine);
  return sv_parking_park (self->parking, recipe, error) != 0;
}

/* ---- One end, or each. */

typedef gboolean (*EndFunc) (SvLab *lab, guint connection, SvSide side, GError **error);

static SvSide
get_side (const SvLessonAct *act)
{
  return g_strcmp0 (sv_lesson_act_get (act, "side"), "server") == 0 ? SV_SIDE_SERVER : SV_SIDE_CLIENT;
}

static gboolean
fail_nobody (GError **error)
{
  g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_NO_SOCKET,
                       C_("lesson", "There is no connection to do that with. Repeat the step."));
  return FALSE;
}

static gboolean
for_ends (SvLessonLab *self, const SvLessonAct *act, EndFunc func, GError **error)
{
  SvSide side = get_side (act);
  const char *which = sv_lesson_act_get (act, "which");
  gboolean all = g_strcmp0 (which, "all") == 0, first = g_strcmp0 (which, "first") == 0;
  guint n = sv_recording_get_n_connections (sv_lab_get_recording (self->lab)), done = 0;

  for (guint i = self->first_connection; i <= n; i++)
    {
      guint id = first ? i : n - (i - self->first_connection);

      if (!sv_lab_has_end (self->lab, id, side))
        continue;
      if (!func (self->lab, id, side, error))
        return FALSE;
      done++;
      if (!all)
        return TRUE;
    }
  return done > 0 || fail_nobody (error);
}

static gboolean
send_data (SvLessonLab *self, const SvLessonAct *act, GError **error)
{
  gint64 length = CLAMP (sv_lesson_act_get_number (act, "bytes", 0), 0, MAX_BYTES);
  const char *text = sv_lesson_act_get (act, "text");
  g_autofree char *line = text != NULL ? g_strconcat (text, "\n", NULL) : g_strdup (DEFAULT_TEXT);
  g_autoptr (GBytes) data = NULL;
  SvSide side = get_side (act);
  guint n = sv_recording_get_n_connections (sv_lab_get_recording (self->lab));
  gboolean first = g_strcmp0 (sv_lesson_act_get (act, "which"), "first") == 0;

  if (length > 0)
    {
      char *block = g_malloc ((gsize) length);

      memset (block, 'x', (gsize) length);
      data = g_bytes_new_take (block, (gsize) length);
    }
  else
    data = g_bytes_new (line, strlen (line));
  for (guint i = self->first_connection; i <= n; i++)
    {
      guint id = first ? i : n - (i - self->first_connection);

      if (sv_lab_has_end (self->lab, id, side))
        return sv_lab_send (self->lab, id, side, data, error);
    }
  return fail_nobody (error);
}

/* ---- The wire. */

static gboolean
act_on_wire (SvLessonLab *self, const char *name, GError **error)
{
  SvWire *wire = self->network != NULL ? sv_network_get_wire (self->network) : NULL;
  const SvWireFlight *flight;

  if (wire == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           C_("lesson", "There is no wire on this computer. This step needs two machines."));
      return FALSE;
    }
  if (g_str_equal (name, "hold-wire") || g_str_equal (name, "release-wire"))
    {
      sv_wire_set_holding (wire, g_str_equal (name, "hold-wire"));
      if (g_str_equal (name, "release-wire"))
        sv_wire_deliver_all (wire);
      return TRUE;
    }
  flight = sv_wire_get_n_flights (wire) > 0 ? sv_wire_get_flight (wire, 0) : NULL;
  if (flight == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, C_("lesson", "Nothing is on the wire just now."));
      return FALSE;
    }
  return g_str_equal (name, "drop") ? sv_wire_drop (wire, flight->id) : sv_wire_deliver (wire, flight->id);
}

/* ---- SvLessonActions. */

static SvRecording *
get_recording (SvLessonActions *actions)
{
  return sv_lab_get_recording (SV_LESSON_LAB (actions)->lab);
}

static gboolean
is_two_machines (SvLessonActions *actions)
{
  return SV_LESSON_LAB (actions)->network != NULL;
}

static SvPortSpace *
get_ports (SvLessonActions *actions)
{
  return sv_machine_get_port_space (sv_lab_get_machine (SV_LESSON_LAB (actions)->lab, SV_SIDE_CLIENT));
}

static guint16
get_port (SvLessonActions *actions)
{
  return SV_LESSON_LAB (actions)->port;
}

static gboolean
stop_server (SvLessonLab *self)
{
  sv_lab_stop_server (self->lab);
  return TRUE;
}

static gboolean
set_hold_accept (SvLessonLab *self, gboolean hold)
{
  sv_lab_set_hold_accept (self->lab, hold);
  return TRUE;
}

static gboolean
set_echo (SvLessonLab *self, const SvLessonAct *act)
{
  sv_lab_set_echo (self->lab, sv_lesson_act_get_flag (act, "on", TRUE));
  return TRUE;
}

static gboolean
perform (SvLessonActions *actions, const SvLessonAct *act, GError **error)
{
  SvLessonLab *self = SV_LESSON_LAB (actions);
  const char *name = act->name;

  if (g_str_equal (name, "start-server"))
    return start_server (self, act, error);
  if (g_str_equal (name, "stop-server"))
    return stop_server (self);
  if (g_str_equal (name, "spawn"))
    return sv_lab_spawn_clients (self->lab, (guint) sv_lesson_act_get_number (act, "count", 1), error);
  if (g_str_equal (name, "connect-to"))
    return connect_to (self, act, error);
  if (g_str_equal (name, "connect-by-name"))
    return connect_by_name (self, act, error);
  if (g_str_equal (name, "try"))
    return try_it (self, act, error);
  if (g_str_equal (name, "park"))
    return park (self, act, error);
  if (g_str_equal (name, "hold-accept") || g_str_equal (name, "release-accept"))
    return set_hold_accept (self, g_str_equal (name, "hold-accept"));
  if (g_str_equal (name, "accept"))
    return sv_lab_accept_one (self->lab, error);
  if (g_str_equal (name, "echo"))
    return set_echo (self, act);
  if (g_str_equal (name, "send"))
    return send_data (self, act, error);
  if (g_str_equal (name, "shut-down"))
    return for_ends (self, act, sv_lab_shut_down, error);
  if (g_str_equal (name, "close"))
    return for_ends (self, act, sv_lab_close, error);
  if (g_str_equal (name, "reset"))
    return for_ends (self, act, sv_lab_reset, error);
  if (g_str_equal (name, "nc"))
    return run_nc (self, act, error);
  return act_on_wire (self, name, error);
}

static void
choose (SvLessonActions *actions, SvMachineId machine, guint64 key)
{
  g_signal_emit (actions, signals[CHOOSING], 0, (guint) machine, key);
  sv_lesson_lab_choose (SV_LESSON_LAB (actions), machine, key);
}

static void
clear (SvLessonActions *actions)
{
  SvLessonLab *self = SV_LESSON_LAB (actions);

  end_programs (self);
  end_experiments (self);
  sv_lab_cancel_names (self->lab);
  sv_lab_stop (self->lab);
  sv_lab_set_hold_accept (self->lab, FALSE);
  sv_lab_set_echo (self->lab, TRUE);
  if (self->network != NULL)
    {
      sv_wire_set_holding (sv_network_get_wire (self->network), FALSE);
      sv_wire_deliver_all (sv_network_get_wire (self->network));
    }
  self->first_connection = sv_recording_get_n_connections (sv_lab_get_recording (self->lab)) + 1;
}

static void
actions_init (SvLessonActionsInterface *iface)
{
  iface->get_recording = get_recording;
  iface->is_two_machines = is_two_machines;
  iface->get_ports = get_ports;
  iface->get_port = get_port;
  iface->perform = perform;
  iface->choose = choose;
  iface->clear = clear;
}
