/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson-guide.h"
#include "sv-mode-switch.h"
#include "sv-window.h"

G_BEGIN_DECLS

/* For the files of SvWindow alone. */

struct _SvWindow
{
  AdwApplicationWindow parent_instance;

  GSettings *settings;                /* NULL: nothing is remembered */
  SvWorkplace *workplaces[SV_N_MODES]; /* NULL before it is first switched to */
  SvWorkplace *workplace;             /* unowned: the one that is shown */
  GtkStack *places;                   /* the contents of all */
  GtkStack *panes;                    /* and their tables */
  SvNetworkActions *network_actions;
  SvLessonGuide *lessons;
  gboolean nat;                       /* of the next network */
  gboolean compact;
  gboolean tiny;                      /* nor for every button */
  gboolean small;                     /* no room for pictures */
  guint restore_source;

  AdwToastOverlay *toasts;
  AdwHeaderBar *header_bar;
  SvModeSwitch *mode_switch;
  GtkWidget *search_button;
  GtkWidget *pane_button;
  GtkWidget *server_box;
  GtkButton *server_button;
  GtkMenuButton *options_button;
  SvClientButton *client_button;
  SvLessonButton *lesson_button;
  GtkBox *message_box;
  SvSplitView *split_view;
};

void sv_window_show_header (SvWindow *self);
void sv_window_adapt (SvWindow *self, int width, int height);

void sv_window_ensure_workplace (SvWindow *self, SvMode mode);
void sv_window_show_workplace (SvWindow *self, SvMode mode);
gboolean sv_window_restore_mode_cb (gpointer data);

G_END_DECLS
