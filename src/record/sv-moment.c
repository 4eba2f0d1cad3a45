/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-moment.h"

struct _SvMoment
{
  GObject parent_instance;

  SvRecording *recording;
  guint64 serial; /* facts before this one have happened */
  SvRowTable *tables[SV_N_MACHINES];
};

G_DEFINE_FINAL_TYPE (SvMoment, sv_moment, G_TYPE_OBJECT)

static void
clear_tables (SvMoment *self)
{
  for (guint i = 0; i < SV_N_MACHINES; i++)
    g_clear_pointer (&self->tables[i], sv_row_table_free);
}

static void
sv_moment_finalize (GObject *object)
{
  SvMoment *self = SV_MOMENT (object);

  clear_tables (self);
  g_clear_object (&self->recording);
  G_OBJECT_CLASS (sv_moment_parent_class)->finalize (object);
}

static void
sv_moment_class_init (SvMomentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_moment_finalize;
}

static void
sv_moment_init (SvMoment *self)
{
}

static void
go_to_end (SvMoment *self)
{
  clear_tables (self);
  for (guint i = 0; i < SV_N_MACHINES; i++)
    self->tables[i] = sv_row_table_copy (sv_recording_get_table (self->recording, i));
  self->serial = sv_recording_get_end (self->recording);
}

/**
 * sv_moment_new:
 *
 * Returns: (transfer full): the moment that is now
 */
SvMoment *
sv_moment_new (SvRecording *recording)
{
  SvMoment *self;

  g_return_val_if_fail (SV_IS_RECORDING (recording), NULL);

  self = g_object_new (SV_TYPE_MOMENT, NULL);
  self->recording = g_object_ref (recording);
  go_to_end (self);
  return self;
}

SvRecording *
sv_moment_get_recording (SvMoment *self)
{
  return self->recording;
}

/**
 * sv_moment_seek:
 * @serial: the first fact that has not happened yet; brought into what the
 *   recording still has
 *
 * Costs the facts that lie between here and there.
 */
void
sv_moment_seek (SvMoment *self, guint64 serial)
{
  guint64 first;

  g_return_if_fail (SV_IS_MOMENT (self));

  first = sv_recording_get_first (self->recording);
  serial = CLAMP (serial, first, sv_recording_get_end (self->recording));
  if (self->serial < first)
    go_to_end (self);
  for (; self->serial < serial; self->serial++)
    {
      SvFact *fact = sv_recording_get (self->recording, self->serial);

      if (fact->kind == SV_FACT_ROW)
        sv_row_table_apply (self->tables[fact->machine], &fact->row);
    }
  for (; self->serial > serial; self->serial--)
    {
      SvFact *fact = sv_recording_get (self->recording, self->serial - 1);

      if (fact->kind == SV_FACT_ROW)
        sv_row_table_revert (self->tables[fact->machine], &fact->row);
    }
}

/**
 * sv_moment_seek_time:
 * @time: CLOCK_MONOTONIC in ns; what happened at exactly that time has happened
 */
void
sv_moment_seek_time (SvMoment *self, gint64 time)
{
  sv_moment_seek (self, sv_recording_find_time (self->recording, time));
}

guint64
sv_moment_get_serial (SvMoment *self)
{
  return self->serial;
}

/**
 * sv_moment_get_time:
 *
 * Returns: when the last fact of this moment happened; the recording's start
 *   if there is none
 */
gint64
sv_moment_get_time (SvMoment *self)
{
  SvFact *last = self->serial > 0 ? sv_recording_get (self->recording, self->serial - 1) : NULL;

  return last != NULL ? last->time : sv_recording_get_start (self->recording);
}

/**
 * sv_moment_get_table:
 *
 * Returns: (transfer none): the machine's sockets at this moment; changes with
 *   the next seek
 */
SvRowTable *
sv_moment_get_table (SvMoment *self, SvMachineId machine)
{
  return self->tables[machine];
}

/**
 * sv_moment_holds:
 *
 * Returns: whether that socket of ours is open at this moment
 */
gboolean
sv_moment_holds (SvMoment *self, const SvHeldSocket *socket)
{
  return socket->opened < self->serial && self->serial <= socket->closed;
}
