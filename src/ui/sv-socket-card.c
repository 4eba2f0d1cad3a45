/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-config.h"

#include "sv-socket-card.h"

#include "sv-palette.h"

#include <glib/gi18n-lib.h>

#define PADDING 10
#define GAP 8
#define BAR 4
#define RADIUS 8
#define PILL_MARGIN 7
#define MIN_WIDTH 120

struct _SvSocketCard
{
  SvCell parent_instance;

  char *title;
  char *detail;
  char *short_detail;
  char *badge;
  SvTcpState state;
  guint connection;
  gboolean foreign;
  gboolean chosen;
};

G_DEFINE_FINAL_TYPE (SvSocketCard, sv_socket_card, SV_TYPE_CELL)

static float
get_line_height (SvSocketCard *self, SvTextStyle style)
{
  return sv_text_cache_get_line_height (sv_cell_get_texts (SV_CELL (self)), style);
}

static void
sv_socket_card_measure (SvCell *cell, int *min_width, int *height)
{
  SvSocketCard *self = SV_SOCKET_CARD (cell);

  *min_width = MIN_WIDTH;
  *height = (int) (get_line_height (self, SV_TEXT_STRONG) + get_line_height (self, SV_TEXT_MONO)) + 2 * PADDING;
}

/* Mirrors a box of a window that reads left to right. */
static graphene_rect_t
place (SvSocketCard *self, float x, float y, float width, float height)
{
  float all = (float) gtk_widget_get_width (GTK_WIDGET (self));

  return GRAPHENE_RECT_INIT (sv_cell_is_right_to_left (SV_CELL (self)) ? all - x - width : x, y, width, height);
}

static void
draw_ground (SvSocketCard *self, GtkSnapshot *snapshot, SvInk ink, float width, float height)
{
  graphene_rect_t box = GRAPHENE_RECT_INIT (0, 0, width, height);
  graphene_rect_t bar = place (self, 0, RADIUS, BAR, height - 2 * RADIUS);
  GdkRGBA ground = sv_ink_get_faded (ink, SV_PAINT_TEXT, 0, 0.04f);
  GdkRGBA line = sv_ink_get (ink, SV_PAINT_LINE, 0);
  GdkRGBA color = sv_ink_get (ink, SV_PAINT_CONNECTION, self->connection);

  if (!self->foreign)
    sv_ink_append_box (snapshot, &box, RADIUS, &ground);
  if (self->connection != 0)
    sv_ink_append_box (snapshot, &bar, BAR / 2, &color);
  if (self->chosen)
    sv_ink_append_frame (snapshot, &box, RADIUS, ink.high_contrast ? 4 : 2, self->connection != 0 ? &color : &line);
  else
    sv_ink_append_frame (snapshot, &box, RADIUS, 1, &line);
}

/* The state as netstat prints it, or as ss does where that is too long. */
static const char *
get_state_text (SvSocketCard *self, float room)
{
  SvTextCache *texts = sv_cell_get_texts (SV_CELL (self));
  const char *text = sv_tcp_state_to_netstat (self->state);

  return sv_text_cache_get_width (texts, SV_TEXT_MONO_SMALL, text) + 2 * PILL_MARGIN <= room
           ? text
           : sv_tcp_state_to_ss (self->state);
}

static float
draw_pill (SvSocketCard *self, GtkSnapshot *snapshot, SvInk ink, float width, float line)
{
  SvTextCache *texts = sv_cell_get_texts (SV_CELL (self));
  float title = sv_text_cache_get_width (texts, SV_TEXT_STRONG, self->title);
  const char *text;
  float pill;

  if (self->state == SV_TCP_NONE)
    return 0;
  text = get_state_text (self, width - 2 * PADDING - BAR - GAP - title);
  pill = sv_text_cache_get_width (texts, SV_TEXT_MONO_SMALL, text) + 2 * PILL_MARGIN;

  graphene_rect_t box = place (self, width - PADDING - pill, PADDING - 1, pill, line + 2);
  GdkRGBA ground = sv_ink_get_faded (ink, SV_PAINT_STATE, self->state, SV_PALETTE_TINT);
  GdkRGBA color = sv_ink_get (ink, SV_PAINT_STATE, self->state);
  sv_ink_append_box (snapshot, &box, (line + 2) / 2, &ground);
  sv_text_cache_draw (texts, snapshot, SV_TEXT_MONO_SMALL, &box, 0.5f, &color, text);
  return pill + GAP;
}

static const char *
get_detail (SvSocketCard *self, float room)
{
  SvTextCache *texts = sv_cell_get_texts (SV_CELL (self));

  return self->short_detail != NULL && sv_text_cache_get_width (texts, SV_TEXT_MONO, self->detail) > room
           ? self->short_detail
           : self->detail;
}

static void
sv_socket_card_draw (SvCell *cell, GtkSnapshot *snapshot, SvInk ink, float width, float height)
{
  SvSocketCard *self = SV_SOCKET_CARD (cell);
  float first = get_line_height (self, SV_TEXT_STRONG), second = get_line_height (self, SV_TEXT_MONO);
  float x = PADDING + BAR, room = width - x - PADDING, badge = 0;
  GdkRGBA text = sv_ink_get (ink, SV_PAINT_TEXT, 0);
  GdkRGBA dim = sv_ink_get (ink, SV_PAINT_DIM_TEXT, 0);

  draw_ground (self, snapshot, ink, width, height);
  float pill = draw_pill (self, snapshot, ink, width, first);
  sv_cell_draw_text (cell, snapshot, SV_TEXT_STRONG, &GRAPHENE_RECT_INIT (x, PADDING, room - pill, first), FALSE,
                     &text, self->title);
  if (self->badge != NULL)
    {
      badge = MIN (sv_text_cache_get_width (sv_cell_get_texts (cell), SV_TEXT_SMALL, self->badge), room / 2) + GAP;
      sv_cell_draw_text (cell, snapshot, SV_TEXT_SMALL,
                         &GRAPHENE_RECT_INIT (x + room - badge, PADDING + first, badge, second), TRUE, &text,
                         self->badge);
    }
  sv_cell_draw_text (cell, snapshot, SV_TEXT_MONO,
                     &GRAPHENE_RECT_INIT (x, PADDING + first, room - badge, second), FALSE, &dim,
                     get_detail (self, room - badge));
}

static void
sv_socket_card_finalize (GObject *object)
{
  SvSocketCard *self = SV_SOCKET_CARD (object);

  g_free (self->title);
  g_free (self->detail);
  g_free (self->short_detail);
  g_free (self->badge);
  G_OBJECT_CLASS (sv_socket_card_parent_class)->finalize (object);
}

static void
sv_socket_card_class_init (SvSocketCardClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sv_socket_card_finalize;
  SV_CELL_CLASS (klass)->measure = sv_socket_card_measure;
  SV_CELL_CLASS (klass)->draw = sv_socket_card_draw;
}

static void
sv_socket_card_init (SvSocketCard *self)
{
  self->title = g_strdup ("");
  self->detail = g_strdup ("");
}

GtkWidget *
sv_socket_card_new (void)
{
  return g_object_new (SV_TYPE_SOCKET_CARD, NULL);
}

static void
update_name (SvSocketCard *self)
{
  const char *state = self->state != SV_TCP_NONE ? sv_tcp_state_to_netstat (self->state)
                                                 : C_("a socket", "not in the kernel's table");
  g_autoptr (GString) name = g_string_new (NULL);

  g_string_append_printf (name, "%s, %s, %s", self->title, self->detail, state);
  if (self->badge != NULL)
    g_string_append_printf (name, ", %s", self->badge);
  if (self->foreign)
    g_string_append_printf (name, ", %s", C_("a socket", "of another process"));
  sv_cell_set_name (SV_CELL (self), name->str);
}

/**
 * sv_socket_card_set_face:
 * @face: its texts are copied
 */
void
sv_socket_card_set_face (SvSocketCard *self, const SvCardFace *face)
{
  g_return_if_fail (SV_IS_SOCKET_CARD (self));

  if (g_str_equal (self->title, face->title) && g_str_equal (self->detail, face->detail)
      && g_strcmp0 (self->short_detail, face->short_detail) == 0 && g_strcmp0 (self->badge, face->badge) == 0
      && self->state == face->state
      && self->connection == face->connection && self->foreign == face->foreign && self->chosen == face->chosen)
    return;
  g_free (self->title);
  g_free (self->detail);
  g_free (self->short_detail);
  g_free (self->badge);
  self->title = g_strdup (face->title);
  self->detail = g_strdup (face->detail);
  self->short_detail = g_strdup (face->short_detail);
  self->badge = g_strdup (face->badge);
  self->state = face->state;
  self->connection = face->connection;
  self->foreign = face->foreign;
  self->chosen = face->chosen;
  update_name (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
