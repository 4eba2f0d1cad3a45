/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-picture.h"

G_BEGIN_DECLS

#define SV_PICTURE_USUAL_CLIENTS 3

typedef struct _SvPicture SvPicture;

/* One step towards a state: asked at each frame until it says that it is done. */
typedef gboolean (*SvPictureStep) (SvPicture *self);

/* A picture in the making; for its steps alone. */
struct _SvPicture
{
  SvApplication *application;
  SvWindow *window;
  SvSession *session; /* NULL where two machines can't be had */
  const SvStartOptions *options;
  const SvPictureStep *steps; /* up to NULL */
  gboolean begun;             /* the current step has done its part and waits */
  guint clients;
  guint refreshes[2];         /* of that side's monitor, since the current step began */
  gulong refreshed_handlers[2];
  GSocket *occupant;
  GdkTexture *last;
  guint still;
  gint64 deadline;
};

/* Whether the step is asked for the first time. */
gboolean sv_picture_begin (SvPicture *self);

/* Steps that several states have. */
gboolean sv_picture_fit (SvPicture *self);
gboolean sv_picture_refresh (SvPicture *self);
gboolean sv_picture_start (SvPicture *self);
gboolean sv_picture_spawn (SvPicture *self);
gboolean sv_picture_connected (SvPicture *self);
gboolean sv_picture_shut (SvPicture *self);
gboolean sv_picture_open_drawer (SvPicture *self);

const SvPictureStep *sv_picture_find_steps (SvPicture *self);
const SvPictureStep *sv_picture_find_lesson_steps (SvShow show);
const SvPictureStep *sv_picture_find_wire_steps (SvShow show);
const SvPictureStep *sv_picture_find_kind_steps (SvShow show);
const SvPictureStep *sv_picture_find_page_steps (SvShow show);

G_END_DECLS
