/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-stage-body.h"

#define MARGIN 12
#define GAP 12
#define LADDER_MIN_WIDTH 280
#define COLUMN_MIN_WIDTH 176
#define COLUMN_MAX_WIDTH 232
#define MIN_WIDTH 300
#define TOP_MIN_HEIGHT 250
#define TOP_HEIGHT 400
#define CARDS_MIN_HEIGHT 230
#define LADDER_MIN_HEIGHT 220
#define LADDER_HEIGHT 300

/* What the ladder and the transport get together where the cards stand above them: with the controls of a wire the
 * transport is higher, and has to be seen beside what it does. */
#define LADDER_AND_TRANSPORT 364

/* The line height that these sizes are made for: larger text gets larger cards. */
#define LINE_HEIGHT 20.0

/* What the open drawer gets of the height that nobody needs. */
#define DRAWER_SHARE 0.3

struct _SvStageBody
{
  GtkWidget parent_instance;

  GtkWidget *parts[SV_N_STAGE_PLACES];
};

/* The heights of a stage of one width: what each part needs at least. */
typedef struct
{
  gboolean columns;
  int column_width;
  int top;   /* of the cards and the ladder together */
  int cards; /* of the cards alone, where they stand above the ladder */
  int rows[SV_N_STAGE_PLACES];
  int total;
} Plan;

G_DEFINE_FINAL_TYPE (SvStageBody, sv_stage_body, GTK_TYPE_WIDGET)

static gboolean
is_shown (SvStageBody *self, SvStagePlace place)
{
  return self->parts[place] != NULL && gtk_widget_should_layout (self->parts[place]);
}

static int
scale (SvStageBody *self, int size)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  double line = (double) pango_font_metrics_get_height (metrics) / PANGO_SCALE;

  pango_font_metrics_unref (metrics);
  return (int) (size * MAX (1, line / LINE_HEIGHT));
}

static int
get_min (SvStageBody *self, SvStagePlace place, GtkOrientation orientation, int for_size)
{
  int minimum = 0;

  if (is_shown (self, place))
    gtk_widget_measure (self->parts[place], orientation, for_size, &minimum, NULL, NULL, NULL);
  return minimum;
}

static int
get_column_min (SvStageBody *self)
{
  int clients = get_min (self, SV_STAGE_CLIENTS, GTK_ORIENTATION_HORIZONTAL, -1);
  int server = get_min (self, SV_STAGE_SERVER, GTK_ORIENTATION_HORIZONTAL, -1);

  return MAX (clients, server);
}

static int
get_card_min (SvStageBody *self, int width)
{
  int clients = get_min (self, SV_STAGE_CLIENTS, GTK_ORIENTATION_VERTICAL, width);
  int server = get_min (self, SV_STAGE_SERVER, GTK_ORIENTATION_VERTICAL, width);

  return MAX (clients, server);
}

static int
get_ladder_height (SvStageBody *self, const Plan *plan)
{
  int left = scale (self, LADDER_AND_TRANSPORT) - plan->rows[SV_STAGE_TRANSPORT];

  return CLAMP (left, scale (self, LADDER_MIN_HEIGHT), scale (self, LADDER_HEIGHT));
}

static void
make_plan (SvStageBody *self, int width, Plan *plan)
{
  int room = width - 2 * MARGIN, column_min = MAX (get_column_min (self), scale (self, COLUMN_MIN_WIDTH));

  for (SvStagePlace i = SV_STAGE_TRANSPORT; i < SV_N_STAGE_PLACES; i++)
    plan->rows[i] = get_min (self, i, GTK_ORIENTATION_VERTICAL, room);
  plan->columns = room >= 2 * column_min + 2 * GAP + LADDER_MIN_WIDTH;
  if (plan->columns)
    {
      plan->column_width = MAX (column_min, MIN (room / 4, scale (self, COLUMN_MAX_WIDTH)));
      plan->cards = 0;
      plan->top = MAX (get_card_min (self, plan->column_width), scale (self, TOP_MIN_HEIGHT));
    }
  else
    {
      plan->column_width = (room - GAP) / 2;
      plan->cards = MAX (get_card_min (self, plan->column_width), scale (self, CARDS_MIN_HEIGHT));
      plan->top = plan->cards + GAP + get_ladder_height (self, plan);
    }
  plan->total = 2 * MARGIN + plan->top;
  for (SvStagePlace i = SV_STAGE_TRANSPORT; i < SV_N_STAGE_PLACES; i++)
    plan->total += is_shown (self, i) ? plan->rows[i] + GAP : 0;
}

static GtkSizeRequestMode
sv_stage_body_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static int
get_min_width (SvStageBody *self)
{
  int minimum = MAX (MIN_WIDTH, 2 * get_column_min (self) + GAP);

  for (SvStagePlace i = SV_STAGE_TRANSPORT; i < SV_N_STAGE_PLACES; i++)
    minimum = MAX (minimum, get_min (self, i, GTK_ORIENTATION_HORIZONTAL, -1));
  return minimum + 2 * MARGIN;
}

static void
sv_stage_body_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  SvStageBody *self = SV_STAGE_BODY (widget);
  Plan plan;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = get_min_width (self);
      *natural = MAX (*minimum, 2 * COLUMN_MAX_WIDTH + 2 * GAP + 2 * MARGIN + LADDER_MIN_WIDTH);
      return;
    }
  make_plan (self, for_size < 0 ? G_MAXINT / 2 : for_size, &plan);
  *minimum = plan.total;
  *natural = plan.total + MAX (0, TOP_HEIGHT - plan.top);
}

static void
allocate (SvStageBody *self, SvStagePlace place, int x, int y, int width, int height)
{
  int all = gtk_widget_get_width (GTK_WIDGET (self));

  if (!is_shown (self, place))
    return;
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = all - x - width;
  gtk_widget_size_allocate (self->parts[place], &(GtkAllocation) { x, y, width, height }, -1);
}

static void
allocate_top (SvStageBody *self, const Plan *plan, int width, int height)
{
  int column = plan->column_width;

  if (plan->columns)
    {
      allocate (self, SV_STAGE_CLIENTS, MARGIN, MARGIN, column, height);
      allocate (self, SV_STAGE_LADDER, MARGIN + column + GAP, MARGIN, width - 2 * (MARGIN + column + GAP), height);
      allocate (self, SV_STAGE_SERVER, width - MARGIN - column, MARGIN, column, height);
      return;
    }
  allocate (self, SV_STAGE_CLIENTS, MARGIN, MARGIN, column, plan->cards);
  allocate (self, SV_STAGE_SERVER, width - MARGIN - column, MARGIN, column, plan->cards);
  allocate (self, SV_STAGE_LADDER, MARGIN, MARGIN + plan->cards + GAP, width - 2 * MARGIN,
            height - plan->cards - GAP);
}

static void
sv_stage_body_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SvStageBody *self = SV_STAGE_BODY (widget);
  Plan plan;
  int extra, y;

  make_plan (self, width, &plan);
  extra = MAX (height - plan.total, 0);
  if (is_shown (self, SV_STAGE_DRAWER) && gtk_widget_compute_expand (self->parts[SV_STAGE_DRAWER],
                                                                     GTK_ORIENTATION_VERTICAL))
    {
      plan.rows[SV_STAGE_DRAWER] += (int) (extra * DRAWER_SHARE);
      extra -= (int) (extra * DRAWER_SHARE);
    }
  allocate_top (self, &plan, width, plan.top + extra);
  y = MARGIN + plan.top + extra + GAP;
  for (SvStagePlace i = SV_STAGE_TRANSPORT; i < SV_N_STAGE_PLACES; i++)
    {
      allocate (self, i, MARGIN, y, width - 2 * MARGIN, plan.rows[i]);
      y += is_shown (self, i) ? plan.rows[i] + GAP : 0;
    }
}

static void
sv_stage_body_dispose (GObject *object)
{
  SvStageBody *self = SV_STAGE_BODY (object);

  for (guint i = 0; i < SV_N_STAGE_PLACES; i++)
    g_clear_pointer (&self->parts[i], gtk_widget_unparent);
  G_OBJECT_CLASS (sv_stage_body_parent_class)->dispose (object);
}

static void
sv_stage_body_class_init (SvStageBodyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_stage_body_dispose;
  widget_class->get_request_mode = sv_stage_body_get_request_mode;
  widget_class->measure = sv_stage_body_measure;
  widget_class->size_allocate = sv_stage_body_size_allocate;
}

static void
sv_stage_body_init (SvStageBody *self)
{
}

GtkWidget *
sv_stage_body_new (void)
{
  return g_object_new (SV_TYPE_STAGE_BODY, NULL);
}

/**
 * sv_stage_body_set:
 * @widget: what stands at @place, set once; in the order in which Tab visits them
 */
void
sv_stage_body_set (SvStageBody *self, SvStagePlace place, GtkWidget *widget)
{
  g_return_if_fail (SV_IS_STAGE_BODY (self));
  g_return_if_fail (self->parts[place] == NULL);

  self->parts[place] = widget;
  gtk_widget_set_parent (widget, GTK_WIDGET (self));
}
