/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-evidence-reader.h"

#include "sv-virtual-machine.h"

/* A look into all processes is not cheap, and who holds a socket seldom changes. */
#define LOOK_EVERY (5 * G_USEC_PER_SEC)

struct _SvEvidenceReader
{
  GObject parent_instance;

  SvMachine *machine;
  SvSocketSource *source; /* opened at the first question; used by one thread at a time */
  char *proc_net;
  gboolean busy;
  GArray *holders; /* (nullable) (element-type SvSocketHolder): of the last answer */
  gint64 looked_at;
};

G_DEFINE_FINAL_TYPE (SvEvidenceReader, sv_evidence_reader, G_TYPE_OBJECT)

/* What one question needs. */
typedef struct
{
  SvSocketSource *source;
  char *proc_net;
  SvSocketRow row;
  GArray *holders; /* (nullable) */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_object_unref (question->source);
  g_free (question->proc_net);
  g_clear_pointer (&question->holders, g_array_unref);
  g_free (question);
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Question *question = data;
  g_autoptr (GError) error = NULL;
  SvRowEvidence *evidence = sv_row_evidence_collect (question->source, question->proc_net, &question->row,
                                                     question->holders, &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, evidence, (GDestroyNotify) sv_row_evidence_free);
}

static void
sv_evidence_reader_finalize (GObject *object)
{
  SvEvidenceReader *self = SV_EVIDENCE_READER (object);

  g_clear_object (&self->machine);
  g_clear_object (&self->source);
  g_free (self->proc_net);
  g_clear_pointer (&self->holders, g_array_unref);
  G_OBJECT_CLASS (sv_evidence_reader_parent_class)->finalize (object);
}

static void
sv_evidence_reader_class_init (SvEvidenceReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_evidence_reader_finalize;
}

static void
sv_evidence_reader_init (SvEvidenceReader *self)
{
}

/* The network that a process lives in is seen in its own /proc/PID/net. */
static char *
get_proc_net (SvMachine *machine)
{
  if (SV_IS_VIRTUAL_MACHINE (machine))
    return g_strdup_printf ("/proc/%d/net", sv_virtual_machine_get_pid (SV_VIRTUAL_MACHINE (machine)));
  return g_strdup ("/proc/net");
}

SvEvidenceReader *
sv_evidence_reader_new (SvMachine *machine)
{
  SvEvidenceReader *self;

  g_return_val_if_fail (SV_IS_MACHINE (machine), NULL);

  self = g_object_new (SV_TYPE_EVIDENCE_READER, NULL);
  self->machine = g_object_ref (machine);
  self->proc_net = get_proc_net (machine);
  return self;
}

/**
 * sv_evidence_reader_is_busy:
 *
 * Returns: whether a question is being answered; another has to wait
 */
gboolean
sv_evidence_reader_is_busy (SvEvidenceReader *self)
{
  g_return_val_if_fail (SV_IS_EVIDENCE_READER (self), FALSE);

  return self->busy;
}

/**
 * sv_evidence_reader_read_async:
 * @row: a row of the machine's table
 *
 * Asks for everything about that socket. One question at a time.
 */
void
sv_evidence_reader_read_async (SvEvidenceReader *self, const SvSocketRow *row, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  Question *question;

  g_return_if_fail (SV_IS_EVIDENCE_READER (self));
  g_return_if_fail (!self->busy);
  g_return_if_fail (row != NULL);

  task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, sv_evidence_reader_read_async);
  if (self->source == NULL)
    self->source = sv_machine_open_source (self->machine, &error);
  if (self->source == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (g_get_monotonic_time () - self->looked_at > LOOK_EVERY)
    g_clear_pointer (&self->holders, g_array_unref);
  question = g_new (Question, 1);
  *question = (Question) { g_object_ref (self->source), g_strdup (self->proc_net), *row,
                           self->holders != NULL ? g_array_ref (self->holders) : NULL };
  g_task_set_task_data (task, question, question_free);
  self->busy = TRUE;
  g_task_run_in_thread (task, read_thread);
}

/**
 * sv_evidence_reader_read_finish:
 * @error: #SvSocketSourceError, #GFileError or #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): %NULL without an error if there is no
 *   such socket any more
 */
SvRowEvidence *
sv_evidence_reader_read_finish (SvEvidenceReader *self, GAsyncResult *result, GError **error)
{
  SvRowEvidence *evidence;

  g_return_val_if_fail (SV_IS_EVIDENCE_READER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  self->busy = FALSE;
  evidence = g_task_propagate_pointer (G_TASK (result), error);
  if (evidence != NULL && evidence->holders != self->holders)
    {
      g_clear_pointer (&self->holders, g_array_unref);
      self->holders = g_array_ref (evidence->holders);
      self->looked_at = g_get_monotonic_time ();
    }
  return evidence;
}
