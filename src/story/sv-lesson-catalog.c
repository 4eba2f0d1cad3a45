/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-lesson-catalog.h"
#include "sv-lessons-data.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define RESOURCES "/org/example/SockView/lessons"

struct _SvLessonCatalog
{
  GPtrArray *lessons;    /* SvLesson */
  GPtrArray *complaints; /* sentences about files that are damaged; ends with NULL */
};

static int
compare (gconstpointer a, gconstpointer b)
{
  const SvLesson *left = *(SvLesson *const *) a, *right = *(SvLesson *const *) b;
  guint n = sv_lesson_get_number (left), m = sv_lesson_get_number (right);

  return n != m ? (n < m ? -1 : 1) : strcmp (sv_lesson_get_id (left), sv_lesson_get_id (right));
}

static gboolean
has (SvLessonCatalog *self, const char *id)
{
  for (guint i = 0; i < self->lessons->len; i++)
    if (g_str_equal (sv_lesson_get_id (g_ptr_array_index (self->lessons, i)), id))
      return TRUE;
  return FALSE;
}

/* @lesson: (transfer full) (nullable) */
static void
add (SvLessonCatalog *self, const char *file, SvLesson *lesson, const GError *error)
{
  if (lesson == NULL)
    g_ptr_array_add (self->complaints, g_strdup (error->message));
  else if (has (self, sv_lesson_get_id (lesson)))
    {
      g_ptr_array_add (self->complaints, g_strdup_printf (_("%s: there is a lesson “%s” already."), file,
                                                          sv_lesson_get_id (lesson)));
      sv_lesson_unref (lesson);
    }
  else
    g_ptr_array_add (self->lessons, lesson);
}

static void
add_own (SvLessonCatalog *self)
{
  GResource *resource = sv_lessons_get_resource ();
  g_auto (GStrv) names = g_resource_enumerate_children (resource, RESOURCES, 0, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_path ("/", RESOURCES, names[i], NULL);
      g_autoptr (GBytes) bytes = g_resource_lookup_data (resource, path, 0, NULL);
      g_autoptr (GError) error = NULL;
      gsize length;
      const char *data = g_bytes_get_data (bytes, &length);
      SvLesson *lesson = sv_lesson_new_from_data (names[i], data, (gssize) length, &error);

      add (self, names[i], lesson, error);
    }
}

static void
add_folder (SvLessonCatalog *self, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GError) error = NULL;
      SvLesson *lesson;

      if (!g_str_has_suffix (name, ".xml"))
        continue;
      lesson = sv_lesson_new_from_file (path, &error);
      add (self, path, lesson, error);
    }
}

/**
 * sv_lesson_catalog_new_for_folder:
 * @folder: of lessons besides the program's own
 */
SvLessonCatalog *
sv_lesson_catalog_new_for_folder (const char *folder)
{
  SvLessonCatalog *self = g_new0 (SvLessonCatalog, 1);

  self->lessons = g_ptr_array_new_with_free_func ((GDestroyNotify) sv_lesson_unref);
  self->complaints = g_ptr_array_new_with_free_func (g_free);
  add_own (self);
  add_folder (self, folder);
  g_ptr_array_sort (self->lessons, compare);
  g_ptr_array_add (self->complaints, NULL);
  return self;
}

SvLessonCatalog *
sv_lesson_catalog_new (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "sockview", "lessons", NULL);

  return sv_lesson_catalog_new_for_folder (folder);
}

void
sv_lesson_catalog_free (SvLessonCatalog *self)
{
  g_ptr_array_unref (self->lessons);
  g_ptr_array_unref (self->complaints);
  g_free (self);
}

guint
sv_lesson_catalog_get_size (SvLessonCatalog *self)
{
  return self->lessons->len;
}

/**
 * sv_lesson_catalog_get:
 *
 * Returns: (transfer none)
 */
SvLesson *
sv_lesson_catalog_get (SvLessonCatalog *self, guint index)
{
  return g_ptr_array_index (self->lessons, index);
}

/**
 * sv_lesson_catalog_find:
 * @id_or_path: a lesson's id; with a slash or ending in .xml, the path of a file
 *
 * Returns: (transfer full) (nullable): %NULL with %SV_LESSON_ERROR_UNKNOWN,
 *   %SV_LESSON_ERROR_FILE or an error of the file
 */
SvLesson *
sv_lesson_catalog_find (SvLessonCatalog *self, const char *id_or_path, GError **error)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  if (strchr (id_or_path, '/') != NULL || g_str_has_suffix (id_or_path, ".xml"))
    return sv_lesson_new_from_file (id_or_path, error);
  for (guint i = 0; i < self->lessons->len; i++)
    {
      SvLesson *lesson = g_ptr_array_index (self->lessons, i);

      if (g_str_equal (sv_lesson_get_id (lesson), id_or_path))
        return sv_lesson_ref (lesson);
      g_string_append_printf (ids, "%s%s", i > 0 ? ", " : "", sv_lesson_get_id (lesson));
    }
  g_set_error (error, SV_LESSON_ERROR, SV_LESSON_ERROR_UNKNOWN, _("There is no lesson “%s”. There are: %s."), id_or_path,
               ids->str);
  return NULL;
}

/**
 * sv_lesson_catalog_get_complaints:
 *
 * Returns: (transfer none) (array zero-terminated=1): a sentence with file and
 *   line about each file that is no lesson
 */
const char *const *
sv_lesson_catalog_get_complaints (SvLessonCatalog *self)
{
  return (const char *const *) self->complaints->pdata;
}
