/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-owner-finder.h"

#include <gio/gio.h>

typedef struct
{
  guint connection;
  guint32 inode;
  SvOwner owner;
} Question;

struct _SvOwnerFinder
{
  SvOwnerFoundFunc func;
  gpointer user_data;
  GArray *questions; /* Question: wait for the walk that is under way */
  GCancellable *cancellable;
  gboolean walking;
};

static void start_walk (SvOwnerFinder *self);

/* In the thread. */
static void
walk (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GArray *questions = task_data;
  g_autoptr (SvOwnerMap) owners = sv_owner_map_new ("/proc");
  g_autofree guint32 *inodes = g_new (guint32, questions->len);

  for (guint i = 0; i < questions->len; i++)
    inodes[i] = g_array_index (questions, Question, i).inode;
  sv_owner_map_refresh (owners, inodes, questions->len);
  for (guint i = 0; i < questions->len; i++)
    {
      Question *question = &g_array_index (questions, Question, i);

      if (!sv_owner_map_lookup (owners, question->inode, &question->owner))
        question->owner = (SvOwner){ 0 };
    }
  g_task_return_boolean (task, TRUE);
}

/* @user_data may be gone: then the cancellable says so. */
static void
walked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GArray *questions = g_task_get_task_data (G_TASK (result));
  SvOwnerFinder *self = user_data;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  self->walking = FALSE;
  for (guint i = 0; i < questions->len; i++)
    {
      Question *question = &g_array_index (questions, Question, i);

      if (question->owner.pid != 0)
        self->func (question->connection, &question->owner, self->user_data);
    }
  if (self->questions->len > 0)
    start_walk (self);
}

static void
start_walk (SvOwnerFinder *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, walked_cb, self);

  g_task_set_source_tag (task, start_walk);
  g_task_set_task_data (task, g_steal_pointer (&self->questions), (GDestroyNotify) g_array_unref);
  self->questions = g_array_new (FALSE, FALSE, sizeof (Question));
  self->walking = TRUE;
  g_task_run_in_thread (task, walk);
}

/**
 * sv_owner_finder_new:
 * @func: called in the caller's main context for each owner that is visible
 */
SvOwnerFinder *
sv_owner_finder_new (SvOwnerFoundFunc func, gpointer user_data)
{
  SvOwnerFinder *self = g_new0 (SvOwnerFinder, 1);

  self->func = func;
  self->user_data = user_data;
  self->questions = g_array_new (FALSE, FALSE, sizeof (Question));
  self->cancellable = g_cancellable_new ();
  return self;
}

/**
 * sv_owner_finder_free:
 *
 * A walk that is under way ends by itself, unheard.
 */
void
sv_owner_finder_free (SvOwnerFinder *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_array_unref (self->questions);
  g_free (self);
}

/**
 * sv_owner_finder_ask:
 * @connection: handed on with the answer
 * @inode: of the socket whose holder is wanted
 */
void
sv_owner_finder_ask (SvOwnerFinder *self, guint connection, guint32 inode)
{
  Question question = { .connection = connection, .inode = inode };

  if (inode == 0)
    return;
  g_array_append_val (self->questions, question);
  if (!self->walking)
    start_walk (self);
}
