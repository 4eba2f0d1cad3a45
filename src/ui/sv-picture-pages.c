/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps towards the pages that stand in place of the stage. */
#include "sv-config.h"

#include "sv-picture-private.h"

#include "sv-gallery-page.h"
#include "sv-microscope.h"
#include "sv-quiz-page.h"
#include "sv-trial-page.h"

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

static SvQuizPage *
get_quiz_page (SvPicture *self)
{
  GtkWidget *page
      = gtk_stack_get_visible_child (GTK_STACK (sv_workplace_get_content (sv_window_get_workplace (self->window))));

  return SV_IS_QUIZ_PAGE (page) ? SV_QUIZ_PAGE (page) : NULL;
}

static gboolean
open_quiz (SvPicture *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "quiz", NULL);
  if (get_quiz_page (self) == NULL)
    return FALSE;
  /* One that begins with rows of this machine. */
  for (guint32 seed = 1; seed < 1000; seed++)
    {
      const SvQuizQuestion *question;

      sv_quiz_page_start (get_quiz_page (self), SV_QUIZ_SHORT, seed);
      question = sv_quiz_get_question (sv_quiz_page_get_quiz (get_quiz_page (self)));
      if (question->own && g_str_equal (question->id, "twin"))
        break;
    }
  return TRUE;
}

/* Wrongly: so there is most to read. */
static gboolean
answer_one (SvPicture *self)
{
  SvQuizPage *page = get_quiz_page (self);

  sv_quiz_page_pick (page, sv_quiz_get_question (sv_quiz_page_get_quiz (page))->right == 0 ? 1 : 0);
  sv_quiz_page_answer (page);
  return TRUE;
}

/* Most of them right. */
static gboolean
answer_all (SvPicture *self)
{
  SvQuizPage *page = get_quiz_page (self);
  SvQuiz *quiz = sv_quiz_page_get_quiz (page);

  if (sv_quiz_is_over (quiz))
    return TRUE;
  if (sv_quiz_get_question (quiz)->kind != SV_QUIZ_ORDER)
    sv_quiz_page_pick (page, sv_quiz_get_n_answered (quiz) % 5 != 3   ? sv_quiz_get_question (quiz)->right
                             : sv_quiz_get_question (quiz)->right == 0 ? 1
                                                                       : 0);
  sv_quiz_page_answer (page);
  sv_quiz_page_next (page);
  return FALSE;
}

static const SvPictureStep QUIZ[] = { sv_picture_fit, sv_picture_start, sv_picture_spawn, sv_picture_connected,
                                      sv_picture_refresh, open_quiz, answer_one, NULL };
static const SvPictureStep QUIZ_RESULT[] = { sv_picture_fit, sv_picture_start, sv_picture_spawn, sv_picture_connected,
                                             sv_picture_refresh, open_quiz, answer_all, NULL };
static const SvPictureStep MICROSCOPE[] = { sv_picture_fit, sv_picture_start, sv_picture_spawn, sv_picture_connected,
                                            sv_picture_refresh, open_microscope, NULL };

static GtkWidget *
get_page (SvPicture *self)
{
  return gtk_stack_get_visible_child (GTK_STACK (sv_workplace_get_content (sv_window_get_workplace (self->window))));
}

static gboolean
open_gallery (SvPicture *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "gallery", NULL);
  return TRUE;
}

static gboolean
park (SvPicture *self, const char *name)
{
  const SvParked *parked;

  if (sv_picture_begin (self))
    sv_gallery_page_choose (SV_GALLERY_PAGE (get_page (self)), name);
  parked = sv_gallery_page_get_parked (SV_GALLERY_PAGE (get_page (self)));
  if (parked == NULL || parked->phase != SV_PARK_PARKED)
    return FALSE;
  for (int side = 0; side < 2; side++)
    if (sv_session_get_chosen_row (self->session, sv_session_get_machine_id (self->session, (SvSide) side)) != 0)
      return TRUE;
  return FALSE;
}

static gboolean
park_syn_sent (SvPicture *self)
{
  return park (self, "SYN_SENT");
}

static gboolean
park_closing (SvPicture *self)
{
  return park (self, "CLOSING");
}

static gboolean
park_time_wait (SvPicture *self)
{
  return park (self, "TIME_WAIT");
}

static gboolean
open_trials (SvPicture *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "break-it", NULL);
  return TRUE;
}

static gboolean
try (SvPicture *self, const char *name)
{
  SvTrialCard *card = sv_trial_page_open (SV_TRIAL_PAGE (get_page (self)), name);

  if (sv_picture_begin (self))
    sv_trial_card_try (card);
  return sv_trial_card_is_done (card);
}

static gboolean
try_refused (SvPicture *self)
{
  return try (self, "refused");
}

static gboolean
try_broken_pipe (SvPicture *self)
{
  return try (self, "broken-pipe");
}

static gboolean
try_dropped (SvPicture *self)
{
  return try (self, "dropped");
}

static gboolean
try_peers (SvPicture *self)
{
  return try (self, "peers");
}

static gboolean
try_full_window (SvPicture *self)
{
  return try (self, "full-window");
}

static gboolean
try_grid (SvPicture *self)
{
  return try (self, "in-use-time-wait");
}

static const SvPictureStep GALLERY[] = { sv_picture_fit, open_gallery, sv_picture_refresh, NULL };
static const SvPictureStep GALLERY_SYN_SENT[] = { sv_picture_fit, open_gallery, park_syn_sent, sv_picture_refresh, NULL };
static const SvPictureStep GALLERY_CLOSING[] = { sv_picture_fit, open_gallery, park_closing, sv_picture_refresh, NULL };
static const SvPictureStep GALLERY_TIME_WAIT[] = { sv_picture_fit, open_gallery, park_time_wait, sv_picture_refresh,
                                                   NULL };
static const SvPictureStep BREAK[] = { sv_picture_fit, open_trials, sv_picture_refresh, NULL };
static const SvPictureStep BREAK_REFUSED[] = { sv_picture_fit, open_trials, try_refused, sv_picture_refresh, NULL };
static const SvPictureStep BREAK_BROKEN_PIPE[] = { sv_picture_fit, open_trials, try_broken_pipe, sv_picture_refresh,
                                                   NULL };
static const SvPictureStep BREAK_DROPPED[] = { sv_picture_fit, open_trials, try_dropped, sv_picture_refresh, NULL };
static const SvPictureStep BREAK_PEERS[] = { sv_picture_fit, open_trials, try_peers, sv_picture_refresh, NULL };
static const SvPictureStep BREAK_FULL_WINDOW[] = { sv_picture_fit, open_trials, try_full_window, sv_picture_refresh,
                                                   NULL };
static const SvPictureStep BREAK_GRID[] = { sv_picture_fit, open_trials, try_grid, sv_picture_refresh, NULL };

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
    case SV_SHOW_QUIZ:
      return QUIZ;
    case SV_SHOW_QUIZ_RESULT:
      return QUIZ_RESULT;
    case SV_SHOW_GALLERY:
      return GALLERY;
    case SV_SHOW_GALLERY_SYN_SENT:
      return GALLERY_SYN_SENT;
    case SV_SHOW_GALLERY_CLOSING:
      return GALLERY_CLOSING;
    case SV_SHOW_GALLERY_TIME_WAIT:
      return GALLERY_TIME_WAIT;
    case SV_SHOW_BREAK:
      return BREAK;
    case SV_SHOW_BREAK_REFUSED:
      return BREAK_REFUSED;
    case SV_SHOW_BREAK_BROKEN_PIPE:
      return BREAK_BROKEN_PIPE;
    case SV_SHOW_BREAK_DROPPED:
      return BREAK_DROPPED;
    case SV_SHOW_BREAK_PEERS:
      return BREAK_PEERS;
    case SV_SHOW_BREAK_FULL_WINDOW:
      return BREAK_FULL_WINDOW;
    case SV_SHOW_BREAK_IN_USE_GRID:
      return BREAK_GRID;
    default:
      return NULL;
    }
}
