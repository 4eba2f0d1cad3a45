/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-lesson.h"

G_BEGIN_DECLS

/**
 * SvLessonCatalog:
 *
 * The lessons in their order: those that belong to the program, and those the
 * user has in ~/.local/share/sockview/lessons.
 */
typedef struct _SvLessonCatalog SvLessonCatalog;

SvLessonCatalog *sv_lesson_catalog_new (void);
SvLessonCatalog *sv_lesson_catalog_new_for_folder (const char *folder);
void sv_lesson_catalog_free (SvLessonCatalog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvLessonCatalog, sv_lesson_catalog_free)

guint sv_lesson_catalog_get_size (SvLessonCatalog *self);
SvLesson *sv_lesson_catalog_get (SvLessonCatalog *self, guint index);
SvLesson *sv_lesson_catalog_find (SvLessonCatalog *self, const char *id_or_path, GError **error);
const char *const *sv_lesson_catalog_get_complaints (SvLessonCatalog *self);

G_END_DECLS
