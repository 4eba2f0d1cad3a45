/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-drawer.h"

G_BEGIN_DECLS

/* A state that a window can be brought into, for its picture. */
typedef enum
{
  SV_SHOW_AS_IT_IS,
  SV_SHOW_WELCOME,
  SV_SHOW_LISTENING,
  SV_SHOW_HANDSHAKE,
  SV_SHOW_CONNECTIONS,
  SV_SHOW_HELD,
  SV_SHOW_TEARDOWN,
  SV_SHOW_PORT_IN_USE,
  SV_SHOW_PORT_SEARCH,
  SV_SHOW_MICROSCOPE,
  SV_SHOW_QUIZ,
  SV_SHOW_QUIZ_RESULT,
  SV_SHOW_GALLERY,
  SV_SHOW_GALLERY_SYN_SENT,
  SV_SHOW_GALLERY_CLOSING,
  SV_SHOW_GALLERY_TIME_WAIT,
  SV_SHOW_BREAK,
  SV_SHOW_BREAK_REFUSED,
  SV_SHOW_BREAK_BROKEN_PIPE,
  SV_SHOW_BREAK_FULL_WINDOW,
  SV_SHOW_BREAK_DROPPED,
  SV_SHOW_BREAK_PEERS,
  SV_SHOW_BREAK_IN_USE_GRID,
  SV_SHOW_UDP,
  SV_SHOW_UNIX,
  SV_SHOW_NAMES,
  SV_SHOW_TWO_SENDS,
  SV_SHOW_PEERS,
  /* Of two machines. */
  SV_SHOW_SYN_IN_FLIGHT,
  SV_SHOW_SYN_ACK_IN_FLIGHT,
  SV_SHOW_DATA_IN_FLIGHT,
  SV_SHOW_WIRE_TEARDOWN,
  SV_SHOW_DROPPED,
  SV_SHOW_NAT,
  SV_SHOW_UNAVAILABLE,
  /* Of the lesson that is asked for. */
  SV_SHOW_LESSON,
  SV_SHOW_LESSON_ANSWERED,
  SV_SHOW_LESSON_DONE,
  SV_N_SHOWS,
} SvShow;

/**
 * SvStartOptions:
 * @clients: how many clients the demo spawns, 0 for no demo
 * @bind: where the demo's server listens, family 0 for the usual place
 * @two_machines: they are shown, not this computer
 * @nat: with routers that translate addresses
 * @hop: how long a packet flies between them, in ns, -1 for the usual time
 * @loss: percent of packets that are lost
 * @screenshot: (nullable): where to save the window's picture
 * @lesson: (nullable): id of a lesson to begin, or the path of its file
 * @step: (nullable): id or number of its step
 * @presentation: with large type, on the full screen
 * @width: of the window, in pixels, 0 for the usual one
 * @drawer: (nullable): which page of the drawer is open: "calls", "code", "files", "packet"
 *
 * What the command line says about the window.
 */
typedef struct
{
  guint clients;
  SvEndpoint bind;
  gboolean two_machines;
  gboolean nat;
  gint64 hop;
  double loss;
  SvShow show;
  char *screenshot;
  char *drawer;
  char *lesson;
  char *step;
  gboolean presentation;
  int width;
  int height;
  gboolean dark;
  gboolean high_contrast;
  gboolean right_to_left;
} SvStartOptions;

gboolean sv_start_options_parse (SvStartOptions *self, char **arguments, GError **error);
SvDrawerPage sv_start_options_get_drawer_page (const SvStartOptions *self);
void sv_start_options_clear (SvStartOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SvStartOptions, sv_start_options_clear)

G_END_DECLS
