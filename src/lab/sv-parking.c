/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-parking.h"

#include <glib/gi18n-lib.h>

/* How often the kernel is asked whether it has kept the state. */
#define INTERVAL_MS 200

typedef struct
{
  SvParked parked; /* first: what others see */
  SvParking *parking;
  SvBench *bench;
  SvSteps *steps; /* while it is made */
} Place;

struct _SvParking
{
  GObject parent_instance;

  SvRecording *recording;
  SvMachine *machines[2]; /* by SvSide */
  SvEndpoint server_address; /* family 0: both live on one machine */
  GPtrArray *places;      /* Place, owned */
  guint last_id;
  GSource *timer;         /* while something is parked */
};

enum
{
  PARKED,
  LEFT,
  FAILED,
  OBSERVED,
  RELEASED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvParking, sv_parking, G_TYPE_OBJECT)

static void
place_free (gpointer data)
{
  Place *place = data;

  g_clear_pointer (&place->steps, sv_steps_free);
  sv_bench_free (place->bench);
  g_free (place);
}

static void
sv_parking_dispose (GObject *object)
{
  SvParking *self = SV_PARKING (object);

  sv_parking_release_all (self);
  G_OBJECT_CLASS (sv_parking_parent_class)->dispose (object);
}

static void
sv_parking_finalize (GObject *object)
{
  SvParking *self = SV_PARKING (object);

  g_ptr_array_unref (self->places);
  g_object_unref (self->recording);
  g_object_unref (self->machines[SV_SIDE_CLIENT]);
  g_object_unref (self->machines[SV_SIDE_SERVER]);
  G_OBJECT_CLASS (sv_parking_parent_class)->finalize (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, SV_TYPE_PARKING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
sv_parking_class_init (SvParkingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sv_parking_dispose;
  object_class->finalize = sv_parking_finalize;

  signals[PARKED] = add_signal ("parked");
  signals[LEFT] = add_signal ("left");
  signals[OBSERVED] = add_signal ("observed");
  signals[RELEASED] = add_signal ("released");
  signals[FAILED] = g_signal_new ("failed", SV_TYPE_PARKING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  G_TYPE_UINT, G_TYPE_STRING);
}

static void
sv_parking_init (SvParking *self)
{
  self->places = g_ptr_array_new_with_free_func (place_free);
}

/**
 * sv_parking_new:
 * @server_machine: may be the same as @client_machine
 */
SvParking *
sv_parking_new (SvRecording *recording, SvMachine *client_machine, SvMachine *server_machine)
{
  SvParking *self;

  g_return_val_if_fail (SV_IS_RECORDING (recording), NULL);
  g_return_val_if_fail (SV_IS_MACHINE (client_machine), NULL);
  g_return_val_if_fail (SV_IS_MACHINE (server_machine), NULL);

  self = g_object_new (SV_TYPE_PARKING, NULL);
  self->recording = g_object_ref (recording);
  self->machines[SV_SIDE_CLIENT] = g_object_ref (client_machine);
  self->machines[SV_SIDE_SERVER] = g_object_ref (server_machine);
  return self;
}

/**
 * sv_parking_set_server_address:
 * @address: its port does not count
 *
 * By which address the clients' machine reaches the server's, if that is
 * another one.
 */
void
sv_parking_set_server_address (SvParking *self, const SvEndpoint *address)
{
  g_return_if_fail (SV_IS_PARKING (self));

  self->server_address = *address;
  self->server_address.port = 0;
}

/* (transfer none) (nullable) */
static Place *
find_place (SvParking *self, guint id)
{
  for (guint i = 0; i < self->places->len; i++)
    if (((Place *) self->places->pdata[i])->parked.id == id)
      return self->places->pdata[i];
  return NULL;
}

/* ---- What the kernel says. */

static void
observe (Place *place)
{
  SvParked *parked = &place->parked;
  const SvParkRecipe *recipe = parked->recipe;
  SvEnd *end = place->bench->ends[recipe->slot];

  if (end == NULL)
    return;
  sv_bench_observe (place->bench, recipe->slot, recipe->of_peer ? &parked->other : &parked->row,
                    recipe->of_peer ? &parked->row : &parked->other);
  parked->connection = end->connection;
  parked->fd = end->socket != NULL && !recipe->of_peer ? end->fd : -1;
}

static gboolean
is_in_state (const SvParked *parked)
{
  const SvParkRecipe *recipe = parked->recipe;
  SvTcpState state = parked->row.state == SV_TCP_NEW_SYN_RECV ? SV_TCP_SYN_RECV : parked->row.state;

  if (recipe->state == SV_TCP_CLOSE)
    return state == SV_TCP_NONE;
  return state == recipe->state && recipe->unowned == (parked->row.inode == 0);
}

static void
note (Place *place, const char *sentence)
{
  SvMachine *machine = place->parking->machines[place->parked.recipe->of_peer ? SV_SIDE_SERVER : SV_SIDE_CLIENT];
  SvFact *fact = sv_fact_new_note (sv_clock_now (), sv_machine_get_id (machine), "%s", sentence);

  fact->connection = place->parked.connection;
  sv_recording_append (place->parking->recording, fact);
}

static void
note_left (Place *place)
{
  const SvParked *parked = &place->parked;
  g_autofree char *seconds = g_strdup_printf ("%.1f", (double) (parked->left_at - parked->parked_at) / 1e9);
  const char *now = sv_tcp_state_to_netstat (parked->row.state);
  /* Translators: a TCP state, and a number of seconds. */
  g_autofree char *sentence
    = parked->row.state == SV_TCP_NONE
        ? g_strdup_printf (_("The kernel has ended %s by itself after %s s: the socket is in no table any more."),
                           parked->recipe->name, seconds)
        : g_strdup_printf (_("The kernel has ended %s by itself after %s s: now it is %s."), parked->recipe->name,
                           seconds, now);

  note (place, sentence);
}

/* Tells at most one thing; whoever hears of it may release the place. */
static void
look_after (Place *place)
{
  SvParking *self = place->parking;
  SvParked *parked = &place->parked;

  observe (place);
  if (parked->phase == SV_PARK_PARKED && !is_in_state (parked))
    {
      parked->phase = SV_PARK_LEFT;
      parked->left_at = sv_clock_now ();
      note_left (place);
      g_signal_emit (self, signals[LEFT], 0, parked->id);
      return;
    }
  g_signal_emit (self, signals[OBSERVED], 0, parked->id);
}

static gboolean
timer_cb (gpointer user_data)
{
  SvParking *self = user_data;
  g_autoptr (SvParking) alive = g_object_ref (self);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->places->len; i++)
    g_array_append_val (ids, ((Place *) self->places->pdata[i])->parked.id);
  for (guint i = 0; i < ids->len; i++)
    {
      Place *place = find_place (self, g_array_index (ids, guint, i));

      if (place != NULL && place->parked.phase != SV_PARK_FAILED)
        look_after (place);
    }
  return G_SOURCE_CONTINUE;
}

static void
update_timer (SvParking *self)
{
  gboolean needed = self->places->len > 0;

  if (needed == (self->timer != NULL))
    return;
  if (!needed)
    {
      g_source_destroy (self->timer);
      g_clear_pointer (&self->timer, g_source_unref);
      return;
    }
  self->timer = g_timeout_source_new (INTERVAL_MS);
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* ---- On the way into the state. */

static void
set_parked (Place *place)
{
  SvParked *parked = &place->parked;

  parked->phase = SV_PARK_PARKED;
  parked->parked_at = sv_clock_now ();
  parked->end_fact = sv_recording_get_end (place->parking->recording);
  g_signal_emit (place->parking, signals[PARKED], 0, parked->id);
}

static void
fail (Place *place, const char *sentence)
{
  place->parked.phase = SV_PARK_FAILED;
  place->parked.end_fact = sv_recording_get_end (place->parking->recording);
  note (place, sentence);
  g_signal_emit (place->parking, signals[FAILED], 0, place->parked.id, sentence);
}

static void made_cb (const GError *error, gpointer user_data);

/* Until the kernel shows the state. */
static SvStepResult
await_state (SvBench *bench, gpointer user_data)
{
  Place *place = user_data;

  observe (place);
  return is_in_state (&place->parked) ? SV_STEP_DONE : SV_STEP_WAIT;
}

static const SvStep AWAIT_STATE[] = { { NULL, await_state, 0 }, { NULL, NULL, 0 } };

static void
arrived_cb (const GError *error, gpointer user_data)
{
  Place *place = user_data;

  g_clear_pointer (&place->steps, sv_steps_free);
  if (error != NULL)
    fail (place, error->message);
  else
    set_parked (place);
}

static const SvStepsEvents WAY_EVENTS = { NULL, made_cb };
static const SvStepsEvents AWAIT_EVENTS = { NULL, arrived_cb };

static void
made_cb (const GError *error, gpointer user_data)
{
  Place *place = user_data;

  g_clear_pointer (&place->steps, sv_steps_free);
  if (error != NULL)
    fail (place, error->message);
  else
    place->steps = sv_steps_new (place->bench, AWAIT_STATE, &AWAIT_EVENTS, place);
}

/**
 * sv_parking_park:
 *
 * Begins to bring a connection into the recipe's state; "parked" or "failed"
 * follows from the main loop.
 *
 * Returns: its id, until sv_parking_release(); 0 if the kernel cannot be asked
 */
guint
sv_parking_park (SvParking *self, const SvParkRecipe *recipe, GError **error)
{
  SvBench *bench;
  Place *place;

  g_return_val_if_fail (SV_IS_PARKING (self), 0);
  g_return_val_if_fail (recipe != NULL, 0);

  bench = sv_bench_new (self->recording, self->machines[SV_SIDE_CLIENT], self->machines[SV_SIDE_SERVER], error);
  if (bench == NULL)
    return 0;
  if (self->server_address.family != 0)
    bench->address = bench->target = self->server_address;
  place = g_new0 (Place, 1);
  place->parking = self;
  place->bench = bench;
  place->parked.id = ++self->last_id;
  place->parked.recipe = recipe;
  place->parked.fd = -1;
  place->parked.first_fact = sv_recording_get_end (self->recording);
  place->steps = sv_steps_new (bench, recipe->steps, &WAY_EVENTS, place);
  g_ptr_array_add (self->places, place);
  update_timer (self);
  return place->parked.id;
}

/**
 * sv_parking_get:
 *
 * Returns: (transfer none) (nullable): until it is released
 */
const SvParked *
sv_parking_get (SvParking *self, guint id)
{
  Place *place = find_place (self, id);

  return place != NULL ? &place->parked : NULL;
}

/**
 * sv_parking_get_n_parked:
 *
 * Returns: how many were begun and not released
 */
guint
sv_parking_get_n_parked (SvParking *self)
{
  return self->places->len;
}

/**
 * sv_parking_release:
 *
 * Closes its sockets with a reset, so that nothing stays but a TIME_WAIT, which
 * no program can end.
 */
void
sv_parking_release (SvParking *self, guint id)
{
  Place *place;

  g_return_if_fail (SV_IS_PARKING (self));

  place = find_place (self, id);
  if (place == NULL)
    return;
  g_ptr_array_remove (self->places, place);
  update_timer (self);
  g_signal_emit (self, signals[RELEASED], 0, id);
}

/**
 * sv_parking_release_all:
 *
 * Nothing is left open.
 */
void
sv_parking_release_all (SvParking *self)
{
  g_return_if_fail (SV_IS_PARKING (self));

  while (self->places->len > 0)
    sv_parking_release (self, ((Place *) self->places->pdata[0])->parked.id);
}
