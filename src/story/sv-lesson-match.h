/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson-condition.h"

G_BEGIN_DECLS

/**
 * SvNumberMatch:
 * @op: '=', '<', '>', 'l' (<=), 'g' (>=), '!' (!=), 0: anything goes
 *
 * What a number must be: "5", ">=5", "!=0", "$port", ">$c.recv-q".
 */
typedef struct
{
  char op;
  gint64 number;
  gboolean unknown; /* it names a value that nobody has given */
} SvNumberMatch;

/* What may be asked of a thing that matched. */
typedef enum
{
  SV_FIELDS_ROW,
  SV_FIELDS_CALL,
  SV_FIELDS_PACKET,
  SV_FIELDS_HELD,
} SvFieldKind;

const char *sv_lesson_view_find (const SvLessonView *view, const char *name, char **owned);
guint16 sv_lesson_view_get_server_port (const SvLessonView *view);
gboolean sv_lesson_view_is_listener (const SvLessonView *view, const SvSocketRow *row);

gboolean sv_number_match_is_valid (const char *text);
SvNumberMatch sv_number_match_new (const char *text, const SvLessonView *view);
gboolean sv_number_match_holds (const SvNumberMatch *self, gint64 number);

gboolean sv_lesson_has_field (SvFieldKind kind, const char *field);
char *sv_lesson_row_field (const SvLessonView *view, const SvSocketRow *row, const char *field);
char *sv_lesson_fact_field (const SvLessonView *view, const SvFact *fact, const char *field);
char *sv_lesson_held_field (const SvLessonView *view, const SvHeldSocket *held, const char *field);
const char *const *sv_lesson_list_fields (SvFieldKind kind);

G_END_DECLS
