/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-park-recipe.h"

G_BEGIN_DECLS

typedef enum
{
  SV_PARK_MAKING, /* on its way into the state */
  SV_PARK_PARKED,
  SV_PARK_LEFT,   /* the kernel has ended the state by itself */
  SV_PARK_FAILED,
} SvParkPhase;

/**
 * SvParked:
 * @connection: the connection it is about, 0 for LISTEN
 * @fd: the descriptor that holds the socket, -1 if none does
 * @first_fact: serial of the first call that made it
 * @end_fact: serial after the last fact until it was parked
 * @parked_at: CLOCK_MONOTONIC in ns
 * @left_at: likewise, 0 while it is parked
 * @row: as the kernel had it when last asked; state %SV_TCP_NONE: in no table
 * @other: the other end's, likewise
 *
 * A real connection that is kept in one state.
 */
typedef struct
{
  guint id;
  const SvParkRecipe *recipe;
  SvParkPhase phase;
  guint connection;
  int fd;
  guint64 first_fact;
  guint64 end_fact;
  gint64 parked_at;
  gint64 left_at;
  SvSocketRow row;
  SvSocketRow other;
} SvParked;

/**
 * SvParking:
 *
 * Brings real connections into any TCP state, keeps them there, and lets them
 * go. All calls and all rows go into the recording. Any number at once.
 *
 * Signals, each with the id: "parked", "left" (the kernel has ended the state),
 * "failed" (and a sentence), "observed" (the kernel was asked again), "released".
 */
#define SV_TYPE_PARKING (sv_parking_get_type ())
G_DECLARE_FINAL_TYPE (SvParking, sv_parking, SV, PARKING, GObject)

SvParking *sv_parking_new (SvRecording *recording, SvMachine *client_machine, SvMachine *server_machine);

void sv_parking_set_server_address (SvParking *self, const SvEndpoint *address);

guint sv_parking_park (SvParking *self, const SvParkRecipe *recipe, GError **error);
const SvParked *sv_parking_get (SvParking *self, guint id);
guint sv_parking_get_n_parked (SvParking *self);
void sv_parking_release (SvParking *self, guint id);
void sv_parking_release_all (SvParking *self);

G_END_DECLS
