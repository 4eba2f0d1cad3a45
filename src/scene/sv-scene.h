/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SvPaintRole:
 *
 * What a colour means. The window turns it into a colour that fits its style
 * (light, dark, high contrast).
 */
typedef enum
{
  SV_PAINT_NONE,
  SV_PAINT_TEXT,
  SV_PAINT_DIM_TEXT,
  SV_PAINT_CARD,
  SV_PAINT_WINDOW,      /* behind everything */
  SV_PAINT_LINE,        /* thin lines, borders */
  SV_PAINT_ACCENT,
  SV_PAINT_ERROR,
  SV_PAINT_STATE,       /* index: SvTcpState */
  SV_PAINT_CONNECTION,  /* index: the connection's id */
  SV_PAINT_PORTS_PRIVILEGED,
  SV_PAINT_PORTS_REGISTERED,
  SV_PAINT_PORTS_EPHEMERAL,
  SV_PAINT_PORTS_REST,
  SV_N_PAINT_ROLES
} SvPaintRole;

typedef struct
{
  SvPaintRole role;
  guint index;
  float alpha; /* 0 counts as 1 */
} SvPaint;

typedef enum
{
  SV_SHAPE_BOX,   /* x, y, width, height, radius; fill and stroke */
  SV_SHAPE_LINE,  /* from (x, y) to (x + width, y + height); stroke */
  SV_SHAPE_ARC,   /* joins (x, y) and (x + width, y), sagging by height; stroke */
  SV_SHAPE_CURVE, /* joins (x, y) and (x + width, y + height), upright at both ends; stroke */
  SV_SHAPE_TEXT,  /* in the box x, y, width, height; never outside of it; fill */
} SvShapeKind;

typedef enum
{
  SV_TEXT_BODY,
  SV_TEXT_STRONG,
  SV_TEXT_SMALL,
  SV_TEXT_MONO,
  SV_TEXT_MONO_STRONG,
  SV_TEXT_MONO_SMALL,
  SV_N_TEXT_STYLES
} SvTextStyle;

/* What a shape stands for: what is chosen when a person clicks on it. */
typedef enum
{
  SV_TARGET_NONE,
  SV_TARGET_FACT,       /* id: serial */
  SV_TARGET_CONNECTION, /* id: connection */
  SV_TARGET_PORT,       /* id: port, and above its 16 bits the SvMachineId */
  SV_TARGET_STATION,    /* id: SvStation of the state diagram */
} SvTargetKind;

typedef struct
{
  SvTargetKind kind;
  guint64 id;
} SvTarget;

/**
 * SvShape:
 * @line_width: of @stroke, in pixels
 * @dashed: drawn dashed: reconstructed, not observed
 * @align: of text: 0 left, 0.5 middle, 1 right; vertically always the middle
 * @moving: changes from frame to frame; what does not is kept by the window
 * @below: of what moves: it lies behind all that stands still, not before it
 *
 * One shape of a scene, in pixels, the origin at the top left. A scene for a
 * right-to-left window is already mirrored.
 */
typedef struct
{
  SvShapeKind kind;
  float x;
  float y;
  float width;
  float height;
  float radius;
  float line_width;
  float align;
  gboolean dashed;
  gboolean moving;
  gboolean below;
  SvPaint fill;
  SvPaint stroke;
  SvTextStyle text_style;
  char *text;
  SvTarget target;
} SvShape;

/**
 * SvScene:
 *
 * A picture as data: shapes from back to front. GTK-free, so that what is
 * drawn can be tested without drawing it.
 */
typedef struct _SvScene SvScene;

SvScene *sv_scene_new (float width, float height);
SvScene *sv_scene_ref (SvScene *self);
void sv_scene_unref (SvScene *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SvScene, sv_scene_unref)

SvShape *sv_scene_add (SvScene *self, SvShapeKind kind, float x, float y, float width, float height);
SvShape *sv_scene_add_text (SvScene *self, float x, float y, float width, float height, SvTextStyle style,
                            float align, const char *text);
void sv_scene_mirror (SvScene *self);

guint sv_scene_get_size (SvScene *self);
const SvShape *sv_scene_get (SvScene *self, guint index);
float sv_scene_get_width (SvScene *self);
float sv_scene_get_height (SvScene *self);
SvTarget sv_scene_pick (SvScene *self, float x, float y);
char *sv_scene_describe (SvScene *self); /* all its texts from top to bottom, for a screen reader */

G_END_DECLS
