/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a lesson points: which widget each name of a lesson means, a calm
 * outline around it, and the same in words. */
#include "sv-config.h"

#include "sv-lesson-look.h"

#include <glib/gi18n-lib.h>

#include "sv-stage.h"

#define CLASS "sv-look"
#define OPENED "sv-opened-by-lesson"

/* Named by type, so that it does not matter where in the window it stands. */
static const struct
{
  const char *name;
  const char *type;
  const char *words;
} PLACES[] = {
  { "stage", "SvStageBody", NC_("look at", "the picture") },
  { "stage.clients", "SvClientList", NC_("look at", "the clients") },
  { "stage.server", "SvServerPanel", NC_("look at", "the server") },
  { "stage.queues", "SvQueueView", NC_("look at", "the queues") },
  { "stage.ladder", "SvLadderView", NC_("look at", "the ladder between them") },
  { "stage.wire", "SvLadderView", NC_("look at", "the wire") },
  { "table", "SvSocketTable", NC_("look at", "the table") },
  { "row", "SvRowDetail", NC_("look at", "the chosen row in words") },
  { "ports", "SvPortRuler", NC_("look at", "the ports") },
  { "transport", "SvTransport", NC_("look at", "the replay") },
  { "drawer.calls", "SvDrawer", NC_("look at", "the drawer’s page Calls") },
  { "drawer.code", "SvDrawer", NC_("look at", "the drawer’s page Code") },
  { "drawer.files", "SvDrawer", NC_("look at", "the drawer’s page Files") },
  { "drawer.packet", "SvDrawer", NC_("look at", "the drawer’s page Packet") },
  { "drawer.story", "SvDrawer", NC_("look at", "the drawer’s page Story") },
  { "start-server", NULL, NC_("look at", "the server’s button") },
  { "spawn", "SvClientButton", NC_("look at", "the clients’ button") },
};

static gboolean
is_meant (GtkWidget *widget, const char *const *types, guint n_types)
{
  for (guint i = 0; i < n_types; i++)
    if (g_str_equal (G_OBJECT_TYPE_NAME (widget), types[i]))
      return TRUE;
  return FALSE;
}

static void
mark (GtkWidget *widget, const char *const *types, guint n_types)
{
  if (is_meant (widget, types, n_types))
    gtk_widget_add_css_class (widget, CLASS);
  else
    gtk_widget_remove_css_class (widget, CLASS);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    mark (child, types, n_types);
}

/* A page of the drawer that is to be looked at is opened. */
static void
open_drawer (SvWindow *window, const char *const *names)
{
  static const struct { const char *name; SvDrawerPage page; } PAGES[] = {
    { "drawer.calls", SV_DRAWER_CALLS },
    { "drawer.code", SV_DRAWER_CODE },
    { "drawer.files", SV_DRAWER_FILES },
    { "drawer.packet", SV_DRAWER_PACKET },
    { "drawer.story", SV_DRAWER_STORY },
  };
  GtkWidget *stage = sv_window_get_stage (window);
  SvDrawer *drawer = stage != NULL ? sv_stage_get_drawer (SV_STAGE (stage)) : NULL;

  if (drawer == NULL)
    return;
  for (guint i = 0; names[i] != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (PAGES); j++)
      if (g_str_equal (names[i], PAGES[j].name))
        {
          if (!sv_drawer_is_open (drawer))
            g_object_set_data (G_OBJECT (drawer), OPENED, drawer);
          sv_drawer_show_page (drawer, PAGES[j].page);
          return;
        }
  /* Who has opened it, closes it. */
  if (g_object_steal_data (G_OBJECT (drawer), OPENED) != NULL)
    sv_drawer_close (drawer);
}

static void
scroll_in (GtkWidget *widget, GtkWidget *scroller)
{
  GtkWidget *content = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroller));
  graphene_rect_t bounds;

  if (GTK_IS_VIEWPORT (content))
    content = gtk_viewport_get_child (GTK_VIEWPORT (content));
  if (content != NULL && gtk_widget_compute_bounds (widget, content, &bounds))
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)), bounds.origin.y,
                               bounds.origin.y + bounds.size.height);
}

/* Into sight, where the stage is higher than its room. */
static gboolean
scroll_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  int *frames = data;

  /* What has just been opened is laid out in the next frame. */
  if ((*frames)++ < 1)
    return G_SOURCE_CONTINUE;
  for (GtkWidget *parent = gtk_widget_get_parent (widget); parent != NULL; parent = gtk_widget_get_parent (parent))
    if (GTK_IS_SCROLLED_WINDOW (parent))
      scroll_in (widget, parent);
  return G_SOURCE_REMOVE;
}

static GtkWidget *
find (GtkWidget *widget, const char *type)
{
  GtkWidget *found = g_str_equal (G_OBJECT_TYPE_NAME (widget), type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

/* The first place that lies in the stage. */
static void
scroll_to (SvWindow *window, const char *const *names)
{
  GtkWidget *stage = sv_window_get_stage (window);
  GtkWidget *widget = NULL;

  for (guint i = 0; stage != NULL && widget == NULL && names[i] != NULL; i++)
    for (guint j = 0; widget == NULL && j < G_N_ELEMENTS (PLACES); j++)
      if (g_str_equal (names[i], PLACES[j].name) && PLACES[j].type != NULL)
        widget = find (stage, PLACES[j].type);
  if (widget != NULL)
    gtk_widget_add_tick_callback (widget, scroll_cb, g_new0 (int, 1), g_free);
}

/**
 * sv_lesson_look_at:
 * @names: (array zero-terminated=1): of %SV_LESSON_LOOKS
 *
 * Outlines what they name, and nothing else.
 */
void
sv_lesson_look_at (SvWindow *window, const char *const *names)
{
  const char *types[G_N_ELEMENTS (PLACES) + 1];
  guint n_types = 0;

  for (guint i = 0; i < G_N_ELEMENTS (PLACES); i++)
    if (PLACES[i].type != NULL && g_strv_contains (names, PLACES[i].name))
      types[n_types++] = PLACES[i].type;
  mark (GTK_WIDGET (window), types, n_types);
  if (g_strv_contains (names, "start-server"))
    gtk_widget_add_css_class (sv_window_get_server_box (window), CLASS);
  open_drawer (window, names);
  scroll_to (window, names);
}

void
sv_lesson_look_away (SvWindow *window)
{
  mark (GTK_WIDGET (window), NULL, 0);
}

/**
 * sv_lesson_look_describe:
 *
 * Returns: (transfer full) (nullable): the places in words: "the table, the ports"
 */
char *
sv_lesson_look_describe (const char *const *names)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (PLACES); j++)
      if (g_str_equal (names[i], PLACES[j].name))
        g_string_append_printf (words, "%s%s", words->len > 0 ? C_("between places to look at", ", ") : "",
                                g_dpgettext2 (GETTEXT_PACKAGE, "look at", PLACES[j].words));
  return g_string_free (words, words->len == 0);
}
