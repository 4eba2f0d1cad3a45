/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-start-options.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "sv-lab.h"
#include "sv-lesson-catalog.h"

#define LEAST_SIDE 100
#define MOST_SIDE 16384
#define MOST_HOP_MS 10000

static const char *const show_names[] = {
  [SV_SHOW_AS_IT_IS] = "as-it-is",     [SV_SHOW_WELCOME] = "welcome",         [SV_SHOW_LISTENING] = "listening",
  [SV_SHOW_HANDSHAKE] = "handshake",   [SV_SHOW_CONNECTIONS] = "connections", [SV_SHOW_HELD] = "held",
  [SV_SHOW_TEARDOWN] = "teardown",     [SV_SHOW_PORT_IN_USE] = "port-in-use", [SV_SHOW_PORT_SEARCH] = "port-search",
  [SV_SHOW_SYN_IN_FLIGHT] = "syn-in-flight",
  [SV_SHOW_SYN_ACK_IN_FLIGHT] = "syn-ack-in-flight",
  [SV_SHOW_DATA_IN_FLIGHT] = "data-in-flight",
  [SV_SHOW_WIRE_TEARDOWN] = "wire-teardown",
  [SV_SHOW_DROPPED] = "dropped",
  [SV_SHOW_NAT] = "nat",
  [SV_SHOW_UNAVAILABLE] = "unavailable",
  [SV_SHOW_MICROSCOPE] = "microscope",
  [SV_SHOW_QUIZ] = "quiz",
  [SV_SHOW_QUIZ_RESULT] = "quiz-result",
  [SV_SHOW_GALLERY] = "gallery",
  [SV_SHOW_GALLERY_SYN_SENT] = "gallery-syn-sent",
  [SV_SHOW_GALLERY_CLOSING] = "gallery-closing",
  [SV_SHOW_GALLERY_TIME_WAIT] = "gallery-time-wait",
  [SV_SHOW_BREAK] = "break",
  [SV_SHOW_BREAK_REFUSED] = "break-refused",
  [SV_SHOW_BREAK_BROKEN_PIPE] = "break-broken-pipe",
  [SV_SHOW_BREAK_FULL_WINDOW] = "break-full-window",
  [SV_SHOW_BREAK_DROPPED] = "break-dropped",
  [SV_SHOW_BREAK_PEERS] = "break-peers",
  [SV_SHOW_BREAK_IN_USE_GRID] = "break-in-use-grid",

  [SV_SHOW_LESSON] = "lesson",
  [SV_SHOW_LESSON_ANSWERED] = "lesson-answered",
  [SV_SHOW_LESSON_DONE] = "lesson-done",
  [SV_SHOW_UDP] = "udp",
  [SV_SHOW_UNIX] = "unix",
  [SV_SHOW_NAMES] = "names",
  [SV_SHOW_TWO_SENDS] = "two-sends",
  [SV_SHOW_PEERS] = "peers",
};

static const char *const drawer_names[SV_N_DRAWER_PAGES] = {
  [SV_DRAWER_CALLS] = "calls",
  [SV_DRAWER_CODE] = "code",
  [SV_DRAWER_FILES] = "files",
  [SV_DRAWER_PACKET] = "packet",
  [SV_DRAWER_STORY] = "story",
};

/* As typed: what is wrong with a value is said by us, in a sentence. */
typedef struct
{
  char *demo;
  char *bind;
  char *size;
  char *show;
  char *drawer;
  char *hop;
  char *loss;
} Texts;

static void
texts_clear (Texts *self)
{
  g_free (self->demo);
  g_free (self->bind);
  g_free (self->size);
  g_free (self->show);
  g_free (self->drawer);
  g_free (self->hop);
  g_free (self->loss);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Texts, texts_clear)

static gboolean
parse_demo (SvStartOptions *self, const char *text, GError **error)
{
  guint64 clients;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 1, SV_LAB_MAX_CLIENTS, &clients, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("--demo wants a number of clients from 1 to %d, not “%s”."), SV_LAB_MAX_CLIENTS, text);
      return FALSE;
    }
  self->clients = (guint) clients;
  return TRUE;
}

static gboolean
parse_bind (SvStartOptions *self, const char *text, GError **error)
{
  if (text == NULL || sv_endpoint_parse (text, SV_LAB_DEFAULT_PORT, &self->bind, NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("--bind wants an address and a port, such as 127.0.0.1:9999 or [::1]:9999, not “%s”."), text);
  return FALSE;
}

static gboolean
parse_size (SvStartOptions *self, const char *text, GError **error)
{
  g_auto (GStrv) sides = NULL;
  gint64 width;
  gint64 height;

  if (text == NULL)
    return TRUE;
  sides = g_strsplit (text, "x", 3);
  if (g_strv_length (sides) != 2 || !g_ascii_string_to_signed (sides[0], 10, LEAST_SIDE, MOST_SIDE, &width, NULL)
      || !g_ascii_string_to_signed (sides[1], 10, LEAST_SIDE, MOST_SIDE, &height, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("--size wants a width and a height in pixels, such as 1280x720, not “%s”."), text);
      return FALSE;
    }
  self->width = (int) width;
  self->height = (int) height;
  return TRUE;
}

static gboolean
parse_number (const char *option, const char *text, double most, double *number, GError **error)
{
  char *end;

  if (text == NULL)
    return TRUE;
  errno = 0;
  *number = g_ascii_strtod (text, &end);
  /* Written so that "nan" fails too. */
  if (errno == 0 && end != text && *end == '\0' && *number >= 0 && *number <= most)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("%s cannot be “%s”. Give a number from 0 to %.0f."), option, text, most);
  return FALSE;
}

static gboolean
parse_network (SvStartOptions *self, const Texts *texts, GError **error)
{
  double hop_ms = -1;

  if (!self->two_machines && (self->nat || texts->hop != NULL || texts->loss != NULL))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           _("--nat, --hop and --loss need --two-machines."));
      return FALSE;
    }
  if (!parse_number ("--hop", texts->hop, MOST_HOP_MS, &hop_ms, error)
      || !parse_number ("--loss", texts->loss, 100, &self->loss, error))
    return FALSE;
  self->hop = hop_ms < 0 ? -1 : (gint64) (hop_ms * 1e6);
  return TRUE;
}

/* A lesson that is not there, or damaged, is said before a window is opened. */
static gboolean
parse_lesson (SvStartOptions *self, GError **error)
{
  g_autoptr (SvLessonCatalog) catalog = NULL;
  g_autoptr (SvLesson) lesson = NULL;

  if (self->lesson == NULL && self->step == NULL)
    return TRUE;
  if (self->lesson == NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("--step needs --lesson."));
      return FALSE;
    }
  catalog = sv_lesson_catalog_new ();
  lesson = sv_lesson_catalog_find (catalog, self->lesson, error);
  return lesson != NULL;
}

static int
find_name (const char *const *names, guint n_names, const char *name)
{
  for (guint i = 0; i < n_names; i++)
    if (g_str_equal (names[i], name))
      return (int) i;
  return -1;
}

static gboolean
parse_show (SvStartOptions *self, const char *show, const char *drawer, GError **error)
{
  int index = show != NULL ? find_name (show_names, G_N_ELEMENTS (show_names), show) : SV_SHOW_AS_IT_IS;

  if (index < 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--show does not know “%s”."), show);
      return FALSE;
    }
  if (index == SV_SHOW_AS_IT_IS && self->lesson != NULL && self->screenshot != NULL)
    index = SV_SHOW_LESSON;
  self->show = (SvShow) index;
  /* Such a state names its place. */
  self->two_machines |= (index >= SV_SHOW_SYN_IN_FLIGHT && index <= SV_SHOW_UNAVAILABLE) || index == SV_SHOW_PEERS;
  self->nat |= index == SV_SHOW_NAT;
  if (drawer != NULL && find_name (drawer_names, G_N_ELEMENTS (drawer_names), drawer) < 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--drawer does not know “%s”."), drawer);
      return FALSE;
    }
  self->drawer = g_strdup (drawer);
  return TRUE;
}

static gboolean
read_texts (SvStartOptions *self, Texts *texts, char **arguments, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) copy = g_strdupv (arguments);
  gboolean service = FALSE; /* read by GApplication itself */
  const int hidden = G_OPTION_FLAG_HIDDEN;
  const GOptionEntry entries[] = {
    { "demo", 0, 0, G_OPTION_ARG_STRING, &texts->demo, NULL, NULL },
    { "bind", 0, 0, G_OPTION_ARG_STRING, &texts->bind, NULL, NULL },
    { "two-machines", 0, 0, G_OPTION_ARG_NONE, &self->two_machines, NULL, NULL },
    { "nat", 0, 0, G_OPTION_ARG_NONE, &self->nat, NULL, NULL },
    { "hop", 0, 0, G_OPTION_ARG_STRING, &texts->hop, NULL, NULL },
    { "loss", 0, 0, G_OPTION_ARG_STRING, &texts->loss, NULL, NULL },
    { "lesson", 0, 0, G_OPTION_ARG_FILENAME, &self->lesson, NULL, NULL },
    { "step", 0, 0, G_OPTION_ARG_STRING, &self->step, NULL, NULL },
    { "presentation", 0, 0, G_OPTION_ARG_NONE, &self->presentation, NULL, NULL },
    { "screenshot", 0, 0, G_OPTION_ARG_FILENAME, &self->screenshot, NULL, NULL },
    { "size", 0, 0, G_OPTION_ARG_STRING, &texts->size, NULL, NULL },
    { "dark", 0, 0, G_OPTION_ARG_NONE, &self->dark, NULL, NULL },
    { "show", 0, hidden, G_OPTION_ARG_STRING, &texts->show, NULL, NULL },
    { "drawer", 0, hidden, G_OPTION_ARG_STRING, &texts->drawer, NULL, NULL },
    { "high-contrast", 0, hidden, G_OPTION_ARG_NONE, &self->high_contrast, NULL, NULL },
    { "rtl", 0, hidden, G_OPTION_ARG_NONE, &self->right_to_left, NULL, NULL },
    { "gapplication-service", 0, hidden, G_OPTION_ARG_NONE, &service, NULL, NULL },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse_strv (context, &copy, error))
    return FALSE;
  if (copy != NULL && copy[0] != NULL && copy[1] != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   _("“%s” is not an option. See sockview --help."), copy[1]);
      return FALSE;
    }
  return TRUE;
}

/**
 * sv_start_options_parse:
 * @self: (out): to be cleared by sv_start_options_clear(), on failure too
 * @arguments: as main() has them, the program's name first
 * @error: %G_OPTION_ERROR; the message is a sentence
 *
 * Returns: whether the command line makes sense
 */
gboolean
sv_start_options_parse (SvStartOptions *self, char **arguments, GError **error)
{
  g_auto (Texts) texts = { NULL };

  g_return_val_if_fail (self != NULL, FALSE);

  *self = (SvStartOptions){ 0 };
  return read_texts (self, &texts, arguments, error) && parse_demo (self, texts.demo, error)
         && parse_bind (self, texts.bind, error) && parse_size (self, texts.size, error)
         && parse_lesson (self, error) && parse_network (self, &texts, error) && parse_show (self, texts.show, texts.drawer, error);
}

/**
 * sv_start_options_get_drawer_page:
 *
 * Returns: the page that @drawer names; the first one if it names none
 */
SvDrawerPage
sv_start_options_get_drawer_page (const SvStartOptions *self)
{
  g_return_val_if_fail (self != NULL, SV_DRAWER_CALLS);

  return self->drawer != NULL ? (SvDrawerPage) find_name (drawer_names, SV_N_DRAWER_PAGES, self->drawer)
                              : SV_DRAWER_CALLS;
}

void
sv_start_options_clear (SvStartOptions *self)
{
  g_clear_pointer (&self->screenshot, g_free);
  g_clear_pointer (&self->drawer, g_free);
  g_clear_pointer (&self->lesson, g_free);
  g_clear_pointer (&self->step, g_free);
}
