/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-plan-queue.h"

/* A longer queue is shown as a number: its order is nobody's question. */
#define MAX_ORDERED 256

typedef struct
{
  SvPlanSocket socket;
  guint64 since; /* serial of the fact by which it is complete, G_MAXUINT64 if that is not known */
  gint64 seen;   /* and when the kernel was asked for it */
} Waiting;

/**
 * sv_plan_queue_has:
 * @row: a server's end
 *
 * Returns: whether nobody has taken it yet: the kernel keeps it, complete,
 *   until accept()
 */
gboolean
sv_plan_queue_has (const SvSocketRow *row)
{
  return row->inode == 0 && (row->state == SV_TCP_ESTABLISHED || row->state == SV_TCP_CLOSE_WAIT);
}

/* A place in the accept queue is given when the handshake is complete. */
static void
find_since (Waiting *self, SvMoment *moment)
{
  SvRecording *recording = sv_moment_get_recording (moment);
  guint id = self->socket.connection;
  GArray *serials = id != 0 ? sv_recording_get_connection_facts (recording, id) : NULL;
  guint64 now = sv_moment_get_serial (moment);

  self->since = G_MAXUINT64;
  for (guint i = 0; serials != NULL && i < serials->len; i++)
    {
      guint64 serial = g_array_index (serials, guint64, i);
      const SvFact *fact = serial < now ? sv_recording_get (recording, serial) : NULL;

      if (fact == NULL || fact->kind != SV_FACT_ROW || fact->side != SV_SIDE_SERVER
          || fact->row.event == SV_ROW_REMOVED || !sv_plan_queue_has (&fact->row.after))
        continue;
      self->since = serial;
      self->seen = fact->row.after.seen_at;
      return;
    }
}

static int
compare (gconstpointer a, gconstpointer b, gpointer unused)
{
  const Waiting *x = a, *y = b;

  return (x->since > y->since) - (x->since < y->since);
}

/**
 * sv_plan_queue_sort:
 * @waiting: (element-type SvPlanSocket): brought into the queue's order
 *
 * They stand as they came, not as they began: one whose SYN was dropped comes
 * later than its number says. The kernel tells of no order, but of each when it
 * was there: of those that one look at the table found together nobody can say
 * which came first.
 *
 * Returns: whether the order is known; that of a very long queue is not looked for
 */
gboolean
sv_plan_queue_sort (GArray *waiting, SvMoment *moment)
{
  g_autofree Waiting *order = NULL;
  gboolean known = TRUE;

  if (waiting->len > MAX_ORDERED)
    return FALSE;
  order = g_new (Waiting, waiting->len);
  for (guint i = 0; i < waiting->len; i++)
    {
      order[i].socket = g_array_index (waiting, SvPlanSocket, i);
      find_since (&order[i], moment);
    }
  if (waiting->len > 1)
    g_qsort_with_data (order, (gint) waiting->len, sizeof *order, compare, NULL);
  for (guint i = 0; i < waiting->len; i++)
    {
      g_array_index (waiting, SvPlanSocket, i) = order[i].socket;
      if (waiting->len > 1 && (order[i].since == G_MAXUINT64 || (i > 0 && order[i].seen == order[i - 1].seen)))
        known = FALSE;
    }
  return known;
}
