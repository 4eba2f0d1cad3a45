/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command `sockview`. What needs no display is done here, without GTK, so
 * that it starts as fast as ss(8); everything else becomes sockview-window. */
#include "sv-config.h"

#include "text-demo.h"
#include "text-explain.h"
#include "text-kinds.h"
#include "text-lesson.h"
#include "text-mode.h"
#include "text-park.h"
#include "text-quiz.h"
#include "text-trial.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define WINDOW_PROGRAM "sockview-window"

typedef struct
{
  gboolean netstat;
  gboolean version;
  char *format;
  char *source;
  gboolean text;
  gboolean json;
  char *demo;
  gboolean lessons;
  char *lesson;
  char *bind;
  char *duration;
  gboolean hold_accept;
  gboolean udp;
  gboolean unix_domain;
  char *manner;
  gboolean v6_only;
  char *connect;
  gboolean peers;
  gboolean list;
  gboolean two_machines;
  gboolean nat;
  char *hop;
  char *loss;
  char *pcapng;
  char *on;
  char *explain;
  gboolean quiz;
  char *questions;
  char *seed;
  gboolean wants_park;
  char *park;
  gboolean wants_break;
  char *break_name;
  char **command; /* what stands behind “--”; not owned, NULL if nothing does */
} Options;

/* Any of these makes it a text program. */
static const char *const TEXT_OPTIONS[] = { "--netstat", "--text", "--json", "--lessons", "--version", "--help", "--help-all", "-h", "-?",
                                            "--park", "--break" };

static gboolean
wants_text (int argc, char **argv)
{
  for (int i = 1; i < argc && strcmp (argv[i], "--") != 0; i++)
    {
      g_autofree char *name = g_strndup (argv[i], strcspn (argv[i], "="));

      for (guint j = 0; j < G_N_ELEMENTS (TEXT_OPTIONS); j++)
        if (g_str_equal (name, TEXT_OPTIONS[j]))
          return TRUE;
    }
  return FALSE;
}

/* Beside this program in the build folder, else where it is installed. */
static char *
find_window_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  if (self != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (self);
      g_autofree char *beside = g_build_filename (folder, WINDOW_PROGRAM, NULL);

      if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&beside);
    }
  return g_build_filename (SV_LIBEXECDIR, WINDOW_PROGRAM, NULL);
}

/* Returns only when that fails. */
static SvExit
become_window (char **argv)
{
  g_autofree char *program = find_window_program ();
  g_autofree char *sentence = NULL;

  execv (program, argv);
  sentence = g_strdup_printf (_("The window's program %s cannot be started: %s."), program, g_strerror (errno));
  sv_text_mode_complain (sentence);
  return SV_EXIT_FAILED;
}

static gboolean
parse_choice (const char *option, const char *text, const char *const *choices, int *value, GError **error)
{
  if (text == NULL)
    return TRUE;
  for (int i = 0; choices[i] != NULL; i++)
    if (g_str_equal (text, choices[i]))
      {
        *value = i;
        return TRUE;
      }

  g_autofree char *list = g_strjoinv (", ", (char **) choices);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s cannot be “%s”. Choose one of: %s."), option,
               text, list);
  return FALSE;
}

static gboolean
set_park_cb (const char *name, const char *value, gpointer data, GError **error)
{
  Options *options = data;

  options->wants_park = TRUE;
  g_free (options->park);
  options->park = g_strdup (value);
  return TRUE;
}

static gboolean
set_break_cb (const char *name, const char *value, gpointer data, GError **error)
{
  Options *options = data;

  options->wants_break = TRUE;
  g_free (options->break_name);
  options->break_name = g_strdup (value);
  return TRUE;
}

static gboolean
parse_options (Options *options, int *argc, char ***argv, GError **error)
{
  const GOptionEntry ENTRIES[] = {
    { "netstat", 0, 0, G_OPTION_ARG_NONE, &options->netstat, N_("Print all sockets as “netstat -tuna” does"), NULL },
    { "format", 0, 0, G_OPTION_ARG_STRING, &options->format, N_("How --netstat prints: text or json"), N_("FORMAT") },
    { "source", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &options->source,
      N_("Where --netstat reads: netlink or proc"), N_("SOURCE") },
    { "text", 0, 0, G_OPTION_ARG_NONE, &options->text, N_("Print the facts of a demo as text"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_("Print the facts of a demo as JSON, one a line"), NULL },
    { "demo", 0, 0, G_OPTION_ARG_STRING, &options->demo, N_("Start the server and so many clients"), N_("N") },
    { "lessons", 0, 0, G_OPTION_ARG_NONE, &options->lessons, N_("List the lessons"), NULL },
    { "lesson", 0, 0, G_OPTION_ARG_FILENAME, &options->lesson, N_("Play a lesson: its name, or the path of its file"),
      N_("ID") },
    { "bind", 0, 0, G_OPTION_ARG_STRING, &options->bind, N_("Where the server listens (127.0.0.1:9999)"),
      N_("ADDRESS:PORT") },
    { "hold-accept", 0, 0, G_OPTION_ARG_NONE, &options->hold_accept,
      N_("Let the clients wait in the accept queue"), NULL },
    { "duration", 0, 0, G_OPTION_ARG_STRING, &options->duration, N_("How long the server stays, in seconds"),
      N_("SECONDS") },
    { "udp", 0, 0, G_OPTION_ARG_NONE, &options->udp, N_("Datagrams (UDP) instead of connections (TCP)"), NULL },
    { "manner", 0, 0, G_OPTION_ARG_STRING, &options->manner,
      N_("How UDP clients go about it: connected, unbound or bound"), N_("MANNER") },
    { "unix", 0, 0, G_OPTION_ARG_NONE, &options->unix_domain,
      N_("UNIX-domain sockets; --bind and --connect take PATH or @NAME then"), NULL },
    { "v6only", 0, 0, G_OPTION_ARG_NONE, &options->v6_only, N_("A server on :: does not take IPv4 as well"), NULL },
    { "connect", 0, 0, G_OPTION_ARG_STRING, &options->connect,
      N_("No server of ours: the clients go there"), N_("HOST:PORT") },
    { "peers", 0, 0, G_OPTION_ARG_NONE, &options->peers,
      N_("With --two-machines: two programs connect to each other at once"), NULL },
    { "list", 0, 0, G_OPTION_ARG_NONE, &options->list, N_("List what --udp, --unix, --park or --break can be told"), NULL },
    { "two-machines", 0, 0, G_OPTION_ARG_NONE, &options->two_machines,
      N_("Server and clients on two machines of their own, joined by a slow wire"), NULL },
    { "nat", 0, 0, G_OPTION_ARG_NONE, &options->nat, N_("Routers between them translate addresses"), NULL },
    { "hop", 0, 0, G_OPTION_ARG_STRING, &options->hop, N_("How long each packet flies, in milliseconds"), N_("MS") },
    { "loss", 0, 0, G_OPTION_ARG_STRING, &options->loss, N_("How many packets of a hundred are lost"),
      N_("PERCENT") },
    { "pcapng", 0, 0, G_OPTION_ARG_FILENAME, &options->pcapng, N_("Save the packets for Wireshark"), N_("FILE") },
    { "on", 0, 0, G_OPTION_ARG_STRING, &options->on,
      N_("Run the command behind “--” on that machine: client or server"), N_("MACHINE") },
    { "explain", 0, 0, G_OPTION_ARG_STRING, &options->explain,
      N_("With --text or --json: all that Linux says of the sockets with that port"), N_("PORT|all") },
    { "park", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, set_park_cb,
      N_("Keep a real connection in that TCP state"), N_("STATE") },
    { "break", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, set_break_cb,
      N_("Let a system call fail as it does in real life"), N_("NAME") },
    { "quiz", 0, 0, G_OPTION_ARG_NONE, &options->quiz,
      N_("With --text: questions about sockets, half of them about this computer’s own"), NULL },
    { "questions", 0, 0, G_OPTION_ARG_STRING, &options->questions, N_("How many questions --quiz asks"), N_("N") },
    { "seed", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &options->seed,
      N_("For the same questions of --quiz again"), N_("N") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_("Print the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, options, NULL);

  g_option_context_set_summary (context, _("Shows what Linux sockets are, by real ones. Without these options the "
                                           "window opens."));
  g_option_context_set_description (context, _("The window takes --demo, --lesson, --bind, --two-machines, --nat, --hop and --loss "
                                               "too, and besides --screenshot=FILE (save its picture as PNG and end), "
                                               "--size=WIDTHxHEIGHT, --dark, and with --lesson --step=NUMBER and "
                                               "--presentation (large type)."));
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_group_add_entries (group, ENTRIES);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_set_main_group (context, group);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("“%s” is not an option. See --help."), (*argv)[1]);
  return *argc <= 1;
}

static gboolean
run_lesson (const Options *options, int *status, GError **error)
{
  SvTextLesson lesson = {
    .format = options->json ? SV_TEXT_FORMAT_JSON : SV_TEXT_FORMAT_TEXT,
    .id = options->lesson,
    .network = { .wanted = options->two_machines, .nat = options->nat },
  };

  if (options->demo != NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("Choose one of --demo and --lesson."));
      return FALSE;
    }
  if (!sv_text_network_parse (&lesson.network, options->hop, options->loss, options->on, error)
      || !sv_text_lesson_parse (&lesson, options->bind, error))
    return FALSE;
  *status = sv_text_lesson_run (&lesson);
  return TRUE;
}

static gboolean
run_demo (const Options *options, int *status, GError **error)
{
  gboolean alone = options->udp || options->unix_domain || options->connect != NULL || options->peers;
  SvTextDemo demo = {
    .format = options->json ? SV_TEXT_FORMAT_JSON : SV_TEXT_FORMAT_TEXT,
    .hold_accept = options->hold_accept,
    .kinds = { .v6_only = options->v6_only, .connect = options->connect, .peers = options->peers },
    .network = { .wanted = options->two_machines,
                 .nat = options->nat,
                 .pcapng = options->pcapng,
                 .command = (const char *const *) options->command },
  };

  if ((options->demo == NULL && !alone) || (options->text && options->json))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           options->demo == NULL && !alone ? _("--text and --json need --demo=N: how many clients?")
                                                           : _("Choose one of --text and --json."));
      return FALSE;
    }
  if (!sv_text_kinds_parse (&demo.kinds, options->udp, options->unix_domain, options->manner, error))
    return FALSE;
  if (options->list)
    {
      *status = sv_text_kinds_list (&demo.kinds);
      return TRUE;
    }
  if (!sv_text_network_parse (&demo.network, options->hop, options->loss, options->on, error)
      || !sv_text_demo_parse (&demo, options->demo, options->bind, options->duration, error))
    return FALSE;
  *status = sv_text_demo_run (&demo);
  return TRUE;
}

/* One of --park and --break, of which one value is missing where a list is wanted. */
static gboolean
run_experiment (const Options *options, int *status, GError **error)
{
  SvTextFormat format = options->json ? SV_TEXT_FORMAT_JSON : SV_TEXT_FORMAT_TEXT;
  const char *value = options->wants_park ? options->park : options->break_name;
  gboolean list = options->list || value == NULL;

  if (options->wants_park && options->wants_break)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("Choose one of %s and %s."), "--park", "--break");
      return FALSE;
    }
  if (options->wants_park)
    return sv_text_park (value, options->duration, list, format, status, error);
  return sv_text_trial (value, list, format, status, error);
}

static gboolean
run (const Options *options, int *status, GError **error)
{
  static const char *const FORMATS[] = { "text", "json", NULL };
  static const char *const SOURCES[] = { "default", "netlink", "proc", NULL };
  int format = SV_TEXT_FORMAT_TEXT, source = SV_TEXT_SOURCE_DEFAULT;

  if (options->version)
    {
      g_print ("SockView %s\n", SV_VERSION);
      return TRUE;
    }
  if (options->explain != NULL)
    return sv_text_explain_run (options->explain, options->json ? SV_TEXT_FORMAT_JSON : SV_TEXT_FORMAT_TEXT, status,
                                error);
  if (options->quiz)
    return sv_text_quiz_run (options->questions, options->seed, status, error);
  if (options->lessons)
    {
      *status = (int) sv_text_lesson_list (options->json ? SV_TEXT_FORMAT_JSON : SV_TEXT_FORMAT_TEXT);
      return TRUE;
    }
  if (options->lesson != NULL)
    return run_lesson (options, status, error);
  if (options->wants_park || options->wants_break)
    return run_experiment (options, status, error);
  if (options->text || options->json)
    return run_demo (options, status, error);
  if (!parse_choice ("--format", options->format, FORMATS, &format, error)
      || !parse_choice ("--source", options->source, SOURCES, &source, error))
    return FALSE;
  *status = sv_text_mode_netstat (format, source);
  return TRUE;
}

/* What stands behind “--” is not for us. */
static void
take_command (Options *options, int *argc, char **argv)
{
  for (int i = 1; i < *argc; i++)
    if (strcmp (argv[i], "--") == 0)
      {
        options->command = argv[i + 1] != NULL ? argv + i + 1 : NULL;
        argv[i] = NULL;
        *argc = i;
        return;
      }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Options options = { 0 };
  int status = SV_EXIT_OK;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, SV_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  if (!wants_text (argc, argv))
    return become_window (argv);

  /* A reader that leaves is seen by write(2), not by dying. */
  signal (SIGPIPE, SIG_IGN);
  take_command (&options, &argc, argv);
  if (!parse_options (&options, &argc, &argv, &error) || !run (&options, &status, &error))
    {
      sv_text_mode_complain (error->message);
      status = SV_EXIT_USAGE;
    }
  g_free (options.format);
  g_free (options.source);
  g_free (options.demo);
  g_free (options.lesson);
  g_free (options.bind);
  g_free (options.duration);
  g_free (options.manner);
  g_free (options.connect);
  g_free (options.hop);
  g_free (options.loss);
  g_free (options.pcapng);
  g_free (options.on);
  g_free (options.explain);
  g_free (options.questions);
  g_free (options.seed);
  g_free (options.park);
  g_free (options.break_name);
  return status;
}
