/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-call-index.h"

/* A burst of calls is told of this much later, in ms: a person sees no difference. */
#define DELAY_MS 50

struct _SvCallIndex
{
  GObject parent_instance;

  SvRecording *recording;
  SvFactFilter wanted;
  GArray *serials;
  guint gone; /* how many at the front of @serials the recording no longer has */
  guint source;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvCallIndex, sv_call_index, G_TYPE_OBJECT)

static guint64
get_serial (SvCallIndex *self, guint index)
{
  return g_array_index (self->serials, guint64, self->gone + index);
}

static void
drop_gone (SvCallIndex *self)
{
  guint64 first = sv_recording_get_first (self->recording);

  while (self->gone < self->serials->len && g_array_index (self->serials, guint64, self->gone) < first)
    self->gone++;
  if (self->gone <= self->serials->len / 2)
    return;
  g_array_remove_range (self->serials, 0, self->gone);
  self->gone = 0;
}

static gboolean
tell_cb (gpointer data)
{
  SvCallIndex *self = data;

  self->source = 0;
  drop_gone (self);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
appended_cb (SvCallIndex *self, SvFact *fact)
{
  if (!self->wanted (fact))
    return;
  g_array_append_val (self->serials, fact->serial);
  if (self->source == 0)
    self->source = g_timeout_add (DELAY_MS, tell_cb, self);
}

static void
sv_call_index_dispose (GObject *object)
{
  SvCallIndex *self = SV_CALL_INDEX (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->recording);
  G_OBJECT_CLASS (sv_call_index_parent_class)->dispose (object);
}

static void
sv_call_index_finalize (GObject *object)
{
  g_array_unref (SV_CALL_INDEX (object)->serials);
  G_OBJECT_CLASS (sv_call_index_parent_class)->finalize (object);
}

static void
sv_call_index_class_init (SvCallIndexClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_call_index_dispose;
  G_OBJECT_CLASS (klass)->finalize = sv_call_index_finalize;
  signals[CHANGED] = g_signal_new ("changed", SV_TYPE_CALL_INDEX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
sv_call_index_init (SvCallIndex *self)
{
  self->serials = g_array_new (FALSE, FALSE, sizeof (guint64));
}

static gboolean
is_call (const SvFact *fact)
{
  return fact->kind == SV_FACT_CALL;
}

SvCallIndex *
sv_call_index_new (SvRecording *recording)
{
  return sv_call_index_new_for (recording, is_call);
}

/**
 * sv_call_index_new_for:
 * @wanted: which facts it has
 */
SvCallIndex *
sv_call_index_new_for (SvRecording *recording, SvFactFilter wanted)
{
  SvCallIndex *self = g_object_new (SV_TYPE_CALL_INDEX, NULL);

  self->recording = g_object_ref (recording);
  self->wanted = wanted;
  for (guint64 i = sv_recording_get_first (recording); i < sv_recording_get_end (recording); i++)
    if (wanted (sv_recording_get (recording, i)))
      g_array_append_val (self->serials, i);
  g_signal_connect_object (recording, "appended", G_CALLBACK (appended_cb), self, G_CONNECT_SWAPPED);
  return self;
}

SvRecording *
sv_call_index_get_recording (SvCallIndex *self)
{
  g_return_val_if_fail (SV_IS_CALL_INDEX (self), NULL);

  return self->recording;
}

guint
sv_call_index_get_size (SvCallIndex *self)
{
  g_return_val_if_fail (SV_IS_CALL_INDEX (self), 0);

  return self->serials->len - self->gone;
}

/**
 * sv_call_index_get:
 *
 * Returns: (transfer none) (nullable): the call, %NULL if the recording no longer has it
 */
const SvFact *
sv_call_index_get (SvCallIndex *self, guint index)
{
  g_return_val_if_fail (SV_IS_CALL_INDEX (self), NULL);

  return index < sv_call_index_get_size (self) ? sv_recording_get (self->recording, get_serial (self, index)) : NULL;
}

/**
 * sv_call_index_find:
 *
 * Returns: how many calls have a serial below @serial
 */
guint
sv_call_index_find (SvCallIndex *self, guint64 serial)
{
  guint low = 0, high;

  g_return_val_if_fail (SV_IS_CALL_INDEX (self), 0);

  high = sv_call_index_get_size (self);
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (get_serial (self, middle) < serial)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}
