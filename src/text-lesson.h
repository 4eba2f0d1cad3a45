/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "text-mode.h"

#include "text-network.h"

G_BEGIN_DECLS

/**
 * SvTextLesson:
 * @id: of a lesson, or the path of its file
 * @port: where its server listens
 * @network: whether, and how, on two machines
 *
 * A lesson that plays by itself.
 */
typedef struct
{
  SvTextFormat format;
  const char *id;
  guint16 port;
  SvTextNetwork network;
} SvTextLesson;

gboolean sv_text_lesson_parse (SvTextLesson *self, const char *bind, GError **error);
int sv_text_lesson_run (const SvTextLesson *self);
SvExit sv_text_lesson_list (SvTextFormat format);

G_END_DECLS
