/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson-act.h"
#include "sv-lesson-condition.h"
#include "sv-prediction.h"

G_BEGIN_DECLS

#define SV_LESSON_ERROR (sv_lesson_error_quark ())
GQuark sv_lesson_error_quark (void);

typedef enum
{
  SV_LESSON_ERROR_FILE,      /* the lesson's file is damaged; the message names file and line */
  SV_LESSON_ERROR_UNKNOWN,   /* no lesson, or no step, has that id */
  SV_LESSON_ERROR_PREDICT,   /* the question comes before the deed */
  SV_LESSON_ERROR_IMPOSSIBLE, /* what the deed needs is not there */
} SvLessonError;

/* Where something of a lesson counts: bits. */
typedef enum
{
  SV_LESSON_THIS_COMPUTER = 1 << 0,
  SV_LESSON_TWO_MACHINES = 1 << 1,
  SV_LESSON_ANYWHERE = SV_LESSON_THIS_COMPUTER | SV_LESSON_TWO_MACHINES,
} SvLessonPlace;

/* Which of a step's texts. */
typedef enum
{
  SV_LESSON_TITLE,   /* a few words */
  SV_LESSON_TEXT,    /* what this is about */
  SV_LESSON_BY_HAND, /* how to do it without the button */
  SV_LESSON_DONE,    /* what the kernel has shown, when it is done */
  SV_N_LESSON_TEXTS
} SvLessonText;

/**
 * SvLessonPiece:
 * @place: where it counts
 * @text: (not nullable): in English, as it stands in the file; the msgid
 */
typedef struct
{
  SvLessonPlace place;
  char *text;
} SvLessonPiece;

/**
 * SvLessonDeed:
 * @label: what the button says
 * @acts: (element-type SvLessonAct): done one after the other, at once
 */
typedef struct
{
  SvLessonPlace place;
  char *label;
  GPtrArray *acts;
} SvLessonDeed;

/**
 * SvLessonStep:
 * @id: unique in its lesson
 * @look: (array zero-terminated=1): what to look at: names of %SV_LESSON_LOOKS
 * @patience: in s: how long the deed may take until the check holds
 * @texts: (element-type SvLessonPiece): of each #SvLessonText
 * @predictions: (element-type SvPrediction): at most one for each place
 * @deeds: (element-type SvLessonDeed): in their order
 * @checks: (element-type SvLessonCheck)
 */
typedef struct
{
  char *id;
  SvLessonPlace place;
  GStrv look;
  guint patience;
  GPtrArray *texts[SV_N_LESSON_TEXTS];
  GPtrArray *predictions;
  GPtrArray *deeds;
  GPtrArray *checks;
} SvLessonStep;

/**
 * SvLessonCheck:
 * @conditions: (element-type SvLessonCondition): all must hold
 */
typedef struct
{
  SvLessonPlace place;
  GPtrArray *conditions;
} SvLessonCheck;

/**
 * SvLesson:
 *
 * One lesson as its file says it: text in English, deeds, checks and questions.
 * Immutable; shared by reference.
 */
typedef struct _SvLesson SvLesson;

extern const char *const SV_LESSON_LOOKS[];

SvLesson *sv_lesson_new_from_data (const char *name, const char *data, gssize length, GError **error);
SvLesson *sv_lesson_new_from_file (const char *path, GError **error);
SvLesson *sv_lesson_ref (SvLesson *self);
void sv_lesson_unref (SvLesson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvLesson, sv_lesson_unref)

const char *sv_lesson_get_id (const SvLesson *self);
guint sv_lesson_get_number (const SvLesson *self);
guint sv_lesson_get_minutes (const SvLesson *self);
char *sv_lesson_dup_title (const SvLesson *self);
char *sv_lesson_dup_summary (const SvLesson *self);
GPtrArray *sv_lesson_list_steps (const SvLesson *self, SvLessonPlace place);
GPtrArray *sv_lesson_list_texts (const SvLesson *self);

const char *sv_lesson_step_find_text (const SvLessonStep *self, SvLessonText text, SvLessonPlace place);
const SvPrediction *sv_lesson_step_find_prediction (const SvLessonStep *self, SvLessonPlace place);
const SvLessonCheck *sv_lesson_step_find_check (const SvLessonStep *self, SvLessonPlace place);
GPtrArray *sv_lesson_step_list_deeds (const SvLessonStep *self, SvLessonPlace place);

const char *sv_lesson_translate (const char *text);

G_END_DECLS
