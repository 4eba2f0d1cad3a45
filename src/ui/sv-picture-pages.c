/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps towards the pages that stand in place of the stage. */
#include "sv-config.h"

#include "sv-picture-private.h"

#include "sv-microscope.h"

/* The client's end of the chosen connection, or the listener where nobody connects. */
static gboolean
open_microscope (SvPicture *self)
{
  GtkWidget *page;

  if (sv_picture_begin (self))
    {
      SvMachinesPlan *plan = sv_session_get_plan (self->session);

      if (sv_session_get_chosen_connection (self->session) == 0 && plan->has_listener)
        sv_session_choose_row (self->session, sv_session_get_machine_id (self->session, SV_SIDE_SERVER),
                               plan->listener.row_key);
      g_action_group_activate_action (G_ACTION_GROUP (self->window), "microscope", NULL);
    }
  page = gtk_stack_get_visible_child (GTK_STACK (sv_workplace_get_content (sv_window_get_workplace (self->window))));
  return SV_IS_MICROSCOPE (page) && sv_microscope_is_settled (SV_MICROSCOPE (page));
}

static const SvPictureStep MICROSCOPE[] = { sv_picture_fit, sv_picture_start, sv_picture_spawn, sv_picture_connected,
                                            sv_picture_refresh, open_microscope, NULL };

/**
 * sv_picture_find_page_steps:
 *
 * Returns: (nullable): the steps towards that state, if it is one of these pages
 */
const SvPictureStep *
sv_picture_find_page_steps (SvShow show)
{
  switch (show)
    {
    case SV_SHOW_MICROSCOPE:
      return MICROSCOPE;
    default:
      return NULL;
    }
}
