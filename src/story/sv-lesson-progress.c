/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-lesson-progress.h"

#define KEY_STEP "step"
#define KEY_DONE "done"
#define ANSWERS " answers" /* behind a lesson's id: the group of its answers */

struct _SvLessonProgress
{
  GObject parent_instance;

  GKeyFile *keys;
  char *path; /* NULL: nothing is kept */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvLessonProgress, sv_lesson_progress, G_TYPE_OBJECT)

static void
sv_lesson_progress_finalize (GObject *object)
{
  SvLessonProgress *self = SV_LESSON_PROGRESS (object);

  g_key_file_unref (self->keys);
  g_free (self->path);
  G_OBJECT_CLASS (sv_lesson_progress_parent_class)->finalize (object);
}

static void
sv_lesson_progress_class_init (SvLessonProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_lesson_progress_finalize;

  signals[CHANGED] = g_signal_new ("changed", SV_TYPE_LESSON_PROGRESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
sv_lesson_progress_init (SvLessonProgress *self)
{
  self->keys = g_key_file_new ();
}

/**
 * sv_lesson_progress_new:
 * @path: (nullable): of the file; it need not be there yet
 *
 * A file that cannot be read counts as none: progress is no treasure.
 */
SvLessonProgress *
sv_lesson_progress_new (const char *path)
{
  SvLessonProgress *self = g_object_new (SV_TYPE_LESSON_PROGRESS, NULL);

  self->path = g_strdup (path);
  if (path != NULL)
    g_key_file_load_from_file (self->keys, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  return self;
}

/**
 * sv_lesson_progress_dup_default_path:
 *
 * Returns: (transfer full): where the window keeps it
 */
char *
sv_lesson_progress_dup_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "sockview", "progress.ini", NULL);
}

static void
save (SvLessonProgress *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
  if (self->path == NULL)
    return;

  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0 || !g_key_file_save_to_file (self->keys, self->path, &error))
    g_info ("The progress is not kept in %s: %s", self->path, error != NULL ? error->message : "no such folder");
}

/**
 * sv_lesson_progress_get_step:
 *
 * Returns: the first step that is not done yet, from 0 on
 */
guint
sv_lesson_progress_get_step (SvLessonProgress *self, const char *lesson)
{
  int step = g_key_file_get_integer (self->keys, lesson, KEY_STEP, NULL);

  return (guint) CLAMP (step, 0, 1000);
}

gboolean
sv_lesson_progress_is_done (SvLessonProgress *self, const char *lesson)
{
  return g_key_file_get_boolean (self->keys, lesson, KEY_DONE, NULL);
}

static guint
count_answers (SvLessonProgress *self, const char *lesson, gboolean right_only)
{
  g_autofree char *group = g_strconcat (lesson, ANSWERS, NULL);
  g_auto (GStrv) keys = g_key_file_get_keys (self->keys, group, NULL, NULL);
  guint n = 0;

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    n += !right_only || g_key_file_get_boolean (self->keys, group, keys[i], NULL);
  return n;
}

/**
 * sv_lesson_progress_get_n_right:
 *
 * Returns: how many questions of the lesson were answered as the kernel did, the last time
 */
guint
sv_lesson_progress_get_n_right (SvLessonProgress *self, const char *lesson)
{
  return count_answers (self, lesson, TRUE);
}

guint
sv_lesson_progress_get_n_answered (SvLessonProgress *self, const char *lesson)
{
  return count_answers (self, lesson, FALSE);
}

/**
 * sv_lesson_progress_reach:
 * @step: is the next one to do
 */
void
sv_lesson_progress_reach (SvLessonProgress *self, const char *lesson, guint step)
{
  if (g_key_file_has_key (self->keys, lesson, KEY_STEP, NULL) && sv_lesson_progress_get_step (self, lesson) == step)
    return;
  g_key_file_set_integer (self->keys, lesson, KEY_STEP, (int) step);
  save (self);
}

/**
 * sv_lesson_progress_finish:
 *
 * All of its steps are done; next time it begins anew.
 */
void
sv_lesson_progress_finish (SvLessonProgress *self, const char *lesson)
{
  g_key_file_set_integer (self->keys, lesson, KEY_STEP, 0);
  g_key_file_set_boolean (self->keys, lesson, KEY_DONE, TRUE);
  save (self);
}

void
sv_lesson_progress_answer (SvLessonProgress *self, const char *lesson, const char *step, gboolean right)
{
  g_autofree char *group = g_strconcat (lesson, ANSWERS, NULL);

  g_key_file_set_boolean (self->keys, group, step, right);
  save (self);
}

void
sv_lesson_progress_forget (SvLessonProgress *self)
{
  g_key_file_unref (self->keys);
  self->keys = g_key_file_new ();
  save (self);
}
