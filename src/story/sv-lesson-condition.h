/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-port-space.h"
#include "sv-recording.h"

G_BEGIN_DECLS

/* What a condition is about. */
typedef enum
{
  SV_CONDITION_ROW,    /* rows of the socket table, as they are now */
  SV_CONDITION_SEEN,   /* what rows have said since the step began, if only for a moment */
  SV_CONDITION_CALL,   /* system calls */
  SV_CONDITION_PACKET, /* segments, sent, arrived or dropped */
  SV_CONDITION_HELD,   /* sockets that our programs hold: their descriptors */
  SV_CONDITION_CHOSEN, /* the row that the learner points at */
  SV_N_CONDITIONS
} SvConditionKind;

/**
 * SvLessonView:
 * @recording: what the kernel said
 * @ports: (nullable)
 * @port: where a server is started unless the lesson says otherwise
 * @two_machines: or this computer
 * @lesson_start: serial of the first fact after the lesson began
 * @first_connection: id of the first connection after the lesson began
 * @step_start: serial of the first fact after the step began
 * @step_connection: id of the first connection after the step began
 * @chosen_machine: of @chosen_key
 * @chosen_key: row that the learner points at, 0 for none
 * @values: (element-type utf8 utf8): what conditions that hold have named: "c.local-port" → "48826"
 *
 * What a lesson is judged by.
 */
typedef struct
{
  SvRecording *recording;
  SvPortSpace *ports;
  guint16 port;
  gboolean two_machines;
  guint64 lesson_start;
  guint first_connection;
  guint64 step_start;
  guint step_connection;
  SvMachineId chosen_machine;
  guint64 chosen_key;
  GHashTable *values;
} SvLessonView;

/**
 * SvLessonCondition:
 * @kind: what it is about
 * @name: (nullable): under which its last match is known in texts and answers
 * @attributes: (element-type utf8 utf8): what must match, as the file says it
 *
 * One thing that must be so.
 */
typedef struct
{
  SvConditionKind kind;
  char *name;
  GHashTable *attributes;
} SvLessonCondition;

SvLessonCondition *sv_lesson_condition_new (const char *element, const char *const *names, const char *const *values,
                                            char **why);
void sv_lesson_condition_free (SvLessonCondition *self);

gboolean sv_lesson_condition_is_element (const char *element);
gboolean sv_lesson_condition_has_field (const SvLessonCondition *self, const char *field);
gboolean sv_lesson_condition_holds (const SvLessonCondition *self, const SvLessonView *view);
guint64 sv_lesson_condition_find_row (const SvLessonCondition *self, const SvLessonView *view, SvMachineId *machine);

G_END_DECLS
