/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-two-sends.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>

#define N_KINDS 2

typedef struct
{
  SvTwoSends *owner;
  SvKind kind;
  SvRecording *recording;
  SvLab *lab;
  gsize received;
  guint32 waiting;
} Half;

struct _SvTwoSends
{
  GObject parent_instance;

  SvMachine *machine;
  Half halves[N_KINDS]; /* by #SvKind */
  GBytes *texts[2];
  GSource *timeout; /* while it runs */
  GSource *ending;
};

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvTwoSends, sv_two_sends, G_TYPE_OBJECT)

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/**
 * sv_two_sends_stop:
 *
 * Closes every socket; what happened stays known.
 */
void
sv_two_sends_stop (SvTwoSends *self)
{
  g_return_if_fail (SV_IS_TWO_SENDS (self));

  clear_source (&self->timeout);
  clear_source (&self->ending);
  for (guint i = 0; i < N_KINDS; i++)
    if (self->halves[i].lab != NULL)
      {
        g_signal_handlers_disconnect_by_data (self->halves[i].lab, &self->halves[i]);
        sv_lab_stop (self->halves[i].lab);
        g_clear_object (&self->halves[i].lab);
      }
}

static gboolean
end_cb (gpointer user_data)
{
  SvTwoSends *self = user_data;

  sv_two_sends_stop (self);
  g_signal_emit (self, signals[DONE], 0);
  return G_SOURCE_REMOVE;
}

/* Recv-Q of the socket that will read: asked by the lab right after the last send. */
static void
see_row (const SvSocketRow *row, gpointer user_data)
{
  Half *half = user_data;
  SvEndpoint server;

  if (sv_lab_get_listener_endpoint (half->lab, &server) && row->local.port == server.port
      && row->state != SV_TCP_LISTEN)
    half->waiting = MAX (half->waiting, row->recv_q);
}

static void
connected_cb (SvLab *lab, guint connection, Half *half)
{
  /* What fails is a fact already, and shown as such. */
  for (guint i = 0; i < 2; i++)
    sv_lab_send (lab, connection, SV_SIDE_CLIENT, half->owner->texts[i], NULL);
  sv_row_table_foreach (sv_recording_get_table (half->recording, sv_machine_get_id (half->owner->machine)), see_row,
                        half);
}

static gboolean
has_all (SvTwoSends *self)
{
  gsize all = g_bytes_get_size (self->texts[0]) + g_bytes_get_size (self->texts[1]);

  return self->halves[SV_KIND_TCP].received >= all && self->halves[SV_KIND_UDP].received >= all;
}

static void
received_cb (SvLab *lab, guint connection, guint side, guint64 length, Half *half)
{
  SvTwoSends *self = half->owner;

  if (side == SV_SIDE_SERVER)
    half->received += length;
  if (!has_all (self) || self->ending != NULL)
    return;
  /* Not from inside of the lab. */
  self->ending = g_idle_source_new ();
  g_source_set_callback (self->ending, end_cb, self, NULL);
  g_source_attach (self->ending, g_main_context_get_thread_default ());
}

static gboolean
start (SvTwoSends *self, SvKind kind, GError **error)
{
  Half *half = &self->halves[kind];
  SvServerOptions options;

  sv_server_options_init (&options);
  options.kind = kind;
  options.bind.port = 0;
  options.echo = FALSE;
  g_clear_object (&half->recording);
  *half = (Half){ .owner = self, .kind = kind, .recording = sv_recording_new (1000) };
  half->lab = sv_lab_new (half->recording, self->machine, self->machine);
  g_signal_connect (half->lab, "connected", G_CALLBACK (connected_cb), half);
  g_signal_connect (half->lab, "received", G_CALLBACK (received_cb), half);
  return sv_lab_start_server (half->lab, &options, error) && sv_lab_spawn_clients (half->lab, 1, error);
}

/**
 * sv_two_sends_run:
 * @first: not empty, and fits into a datagram; so does @second
 *
 * Returns at once; "done" follows.
 *
 * Returns: %FALSE with a sentence
 */
gboolean
sv_two_sends_run (SvTwoSends *self, GBytes *first, GBytes *second, GError **error)
{
  GBytes *texts[] = { first, second };

  g_return_val_if_fail (SV_IS_TWO_SENDS (self), FALSE);

  sv_two_sends_stop (self);
  for (guint i = 0; i < 2; i++)
    {
      if (g_bytes_get_size (texts[i]) == 0)
        {
          g_set_error_literal (error, SV_LAB_ERROR, SV_LAB_ERROR_RANGE, _("Both sends need something to send."));
          return FALSE;
        }
      g_clear_pointer (&self->texts[i], g_bytes_unref);
      self->texts[i] = g_bytes_ref (texts[i]);
    }
  if (!start (self, SV_KIND_TCP, error) || !start (self, SV_KIND_UDP, error))
    {
      sv_two_sends_stop (self);
      return FALSE;
    }
  self->timeout = g_timeout_source_new (SV_TWO_SENDS_PATIENCE_MS);
  g_source_set_callback (self->timeout, end_cb, self, NULL);
  g_source_attach (self->timeout, g_main_context_get_thread_default ());
  return TRUE;
}

gboolean
sv_two_sends_is_running (SvTwoSends *self)
{
  g_return_val_if_fail (SV_IS_TWO_SENDS (self), FALSE);

  return self->timeout != NULL;
}

static gboolean
is_talk (const SvFact *fact)
{
  static const char *const NAMES[] = { "send", "sendto", "recv", "recvfrom", NULL };

  /* Nothing there (EAGAIN), and the end (0), are not what this is about. */
  return fact->kind == SV_FACT_CALL && fact->call.result > 0 && g_strv_contains (NAMES, fact->call.name);
}

/**
 * sv_two_sends_list_calls:
 *
 * Returns: (transfer full) (element-type SvFact): that side's sends or receives, in order
 */
GPtrArray *
sv_two_sends_list_calls (SvTwoSends *self, SvKind kind, SvSide side)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) sv_fact_unref);
  SvRecording *recording;

  g_return_val_if_fail (SV_IS_TWO_SENDS (self), calls);
  g_return_val_if_fail (kind < N_KINDS, calls);

  recording = self->halves[kind].recording;
  for (guint64 i = 0; recording != NULL && i < sv_recording_get_end (recording); i++)
    {
      SvFact *fact = sv_recording_get (recording, i);

      if (fact != NULL && fact->side == side && is_talk (fact))
        g_ptr_array_add (calls, sv_fact_ref (fact));
    }
  return calls;
}

/**
 * sv_two_sends_get_waiting:
 *
 * Returns: Recv-Q of the receiving socket between the sends and the first read:
 *   with TCP bytes of data, with UDP bytes of memory
 */
guint32
sv_two_sends_get_waiting (SvTwoSends *self, SvKind kind)
{
  g_return_val_if_fail (SV_IS_TWO_SENDS (self), 0);
  g_return_val_if_fail (kind < N_KINDS, 0);

  return self->halves[kind].waiting;
}

static void
sv_two_sends_dispose (GObject *object)
{
  SvTwoSends *self = SV_TWO_SENDS (object);

  sv_two_sends_stop (self);
  for (guint i = 0; i < N_KINDS; i++)
    {
      g_clear_object (&self->halves[i].recording);
      g_clear_pointer (&self->texts[i], g_bytes_unref);
    }
  g_clear_object (&self->machine);
  G_OBJECT_CLASS (sv_two_sends_parent_class)->dispose (object);
}

static void
sv_two_sends_class_init (SvTwoSendsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sv_two_sends_dispose;

  signals[DONE] = g_signal_new ("done", SV_TYPE_TWO_SENDS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sv_two_sends_init (SvTwoSends *self)
{
}

/**
 * sv_two_sends_new:
 * @machine: where both ends live
 */
SvTwoSends *
sv_two_sends_new (SvMachine *machine)
{
  SvTwoSends *self;

  g_return_val_if_fail (SV_IS_MACHINE (machine), NULL);

  self = g_object_new (SV_TYPE_TWO_SENDS, NULL);
  self->machine = g_object_ref (machine);
  return self;
}
