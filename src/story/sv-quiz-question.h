/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is asked for. All but the second are answered by one choice. */
typedef enum
{
  SV_QUIZ_CHOOSE, /* one of several sentences */
  SV_QUIZ_ORDER,  /* put them in order */
  SV_QUIZ_ROW,    /* which row is it? */
  SV_QUIZ_STATE,  /* which state stands where the gap is? */
  SV_QUIZ_ERROR,  /* which line cannot be? */
} SvQuizKind;

/**
 * SvQuizChoice:
 * @why: said when this was chosen: why it is right, or why not
 * @place: for %SV_QUIZ_ORDER: where it belongs, from 0
 */
typedef struct
{
  char *text;
  char *why;
  guint place;
} SvQuizChoice;

/**
 * SvQuizQuestion:
 * @id: its name, untranslated: "twin"
 * @topic: the id of the lesson that teaches it
 * @text: what is asked, translated as everything that follows
 * @listing: (nullable): lines of a terminal that it is about
 * @own: whether it is about the machine at this moment
 * @note: (nullable): why it is not, though it should be
 * @choices: (element-type SvQuizChoice): in the order to show them
 * @right: the index of the right one; nothing for %SV_QUIZ_ORDER
 * @monospace: whether the choices are lines of a terminal
 */
typedef struct
{
  const char *id;
  const char *topic;
  SvQuizKind kind;
  char *text;
  char *listing;
  gboolean own;
  const char *note;
  GPtrArray *choices;
  guint right;
  gboolean monospace;
} SvQuizQuestion;

SvQuizQuestion *sv_quiz_question_new (const char *id, const char *topic, SvQuizKind kind, char *text);
void sv_quiz_question_free (SvQuizQuestion *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvQuizQuestion, sv_quiz_question_free)

void sv_quiz_question_add_right (SvQuizQuestion *self, char *text, char *why);
void sv_quiz_question_add_wrong (SvQuizQuestion *self, char *text, char *why);
gboolean sv_quiz_question_has_choice (const SvQuizQuestion *self, const char *text);
void sv_quiz_question_shuffle (SvQuizQuestion *self, guint right_at, GRand *random);

gboolean sv_quiz_question_is_right (const SvQuizQuestion *self, const guint *picked, guint n_picked);
char *sv_quiz_question_explain (const SvQuizQuestion *self, const guint *picked, guint n_picked);

G_END_DECLS
