/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-split-view.h"

/* Below this width, in pixels, stage and table would crowd each other. */
#define COLLAPSE_BELOW 900
#define DEFAULT_PANE_WIDTH 440

/* What a pane that needs more leaves to the stage. */
#define STAGE_WIDTH 720

struct _SvSplitView
{
  AdwBin parent_instance;

  GtkPaned *paned;
  int pane_width;        /* wanted; 0 once the divider was placed */
  int least;             /* that what is shown in the pane needs, 0 for nothing special */
  gboolean least_is_new;
  int widened_from;      /* the pane's own width while it has @widened_to, 0 if it has its own */
  int widened_to;
  int content_minimum;   /* when it was last seen */
  int pane_minimum;      /* likewise */
  gboolean collapsed;
  gboolean pane_beside;  /* shown while there is room for both */
  gboolean pane_instead; /* shown while there is not */
};

enum
{
  PROP_SHOW_PANE = 1,
  PROP_COLLAPSED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (SvSplitView, sv_split_view, ADW_TYPE_BIN)

static void
show_children (SvSplitView *self)
{
  GtkWidget *content = gtk_paned_get_start_child (self->paned);
  GtkWidget *pane = gtk_paned_get_end_child (self->paned);

  if (content != NULL)
    gtk_widget_set_visible (content, !self->collapsed || !self->pane_instead || pane == NULL);
  if (pane != NULL)
    gtk_widget_set_visible (pane, self->collapsed ? self->pane_instead : self->pane_beside);
}

/* What is hidden measures as nothing, and to show it would be a change in the
 * middle of a layout: then what it needed when it was last seen counts. */
static int
measure_minimum (GtkWidget *child, int *remembered)
{
  if (child != NULL && gtk_widget_get_visible (child))
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, remembered, NULL, NULL, NULL);
  return *remembered;
}

static void
sv_split_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SvSplitView *self = SV_SPLIT_VIEW (object);

  switch (id)
    {
    case PROP_SHOW_PANE:
      g_value_set_boolean (value, sv_split_view_get_show_pane (self));
      break;
    case PROP_COLLAPSED:
      g_value_set_boolean (value, self->collapsed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sv_split_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SHOW_PANE:
      sv_split_view_set_show_pane (SV_SPLIT_VIEW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sv_split_view_class_init (SvSplitViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sv_split_view_get_property;
  object_class->set_property = sv_split_view_set_property;

  props[PROP_SHOW_PANE] = g_param_spec_boolean ("show-pane", NULL, NULL, TRUE,
                                                G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_COLLAPSED] = g_param_spec_boolean ("collapsed", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "split-view");
}

static void
sv_split_view_init (SvSplitView *self)
{
  self->paned = GTK_PANED (gtk_paned_new (GTK_ORIENTATION_HORIZONTAL));
  self->pane_beside = TRUE;
  self->pane_width = DEFAULT_PANE_WIDTH;
  gtk_paned_set_resize_start_child (self->paned, TRUE);
  gtk_paned_set_resize_end_child (self->paned, FALSE);
  gtk_paned_set_shrink_start_child (self->paned, FALSE);
  gtk_paned_set_shrink_end_child (self->paned, FALSE);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->paned));
}

GtkWidget *
sv_split_view_new (void)
{
  return g_object_new (SV_TYPE_SPLIT_VIEW, NULL);
}

void
sv_split_view_set_content (SvSplitView *self, GtkWidget *content)
{
  g_return_if_fail (SV_IS_SPLIT_VIEW (self));

  gtk_paned_set_start_child (self->paned, content);
  show_children (self);
}

void
sv_split_view_set_pane (SvSplitView *self, GtkWidget *pane)
{
  g_return_if_fail (SV_IS_SPLIT_VIEW (self));

  gtk_paned_set_end_child (self->paned, pane);
  show_children (self);
}

/**
 * sv_split_view_set_show_pane:
 *
 * Shows or hides the pane: beside the content, or instead of it where there is
 * no room for both. Either is remembered for itself.
 */
void
sv_split_view_set_show_pane (SvSplitView *self, gboolean show_pane)
{
  gboolean *shown;

  g_return_if_fail (SV_IS_SPLIT_VIEW (self));

  shown = self->collapsed ? &self->pane_instead : &self->pane_beside;
  show_pane = !!show_pane;
  if (*shown == show_pane)
    return;
  *shown = show_pane;
  show_children (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_PANE]);
}

gboolean
sv_split_view_get_show_pane (SvSplitView *self)
{
  g_return_val_if_fail (SV_IS_SPLIT_VIEW (self), FALSE);

  return self->collapsed ? self->pane_instead : self->pane_beside;
}

gboolean
sv_split_view_get_collapsed (SvSplitView *self)
{
  g_return_val_if_fail (SV_IS_SPLIT_VIEW (self), FALSE);

  return self->collapsed;
}

/**
 * sv_split_view_get_pane_beside:
 *
 * Returns: whether the pane is shown where there is room for both; what is
 *   worth remembering from one start to the next
 */
gboolean
sv_split_view_get_pane_beside (SvSplitView *self)
{
  g_return_val_if_fail (SV_IS_SPLIT_VIEW (self), FALSE);

  return self->pane_beside;
}

/**
 * sv_split_view_set_pane_width:
 * @width: in pixels; taken when the view is next adapted to its window
 */
void
sv_split_view_set_pane_width (SvSplitView *self, int width)
{
  g_return_if_fail (SV_IS_SPLIT_VIEW (self));
  g_return_if_fail (width > 0);

  self->pane_width = width;
}

/**
 * sv_split_view_set_least_width:
 * @width: that what is now in the pane should have at least, in pixels, if there
 *   is room for that; 0 for nothing special
 *
 * Once: a person may make it narrower, and finds the pane as wide as it was when
 * this is taken back.
 */
void
sv_split_view_set_least_width (SvSplitView *self, int width)
{
  g_return_if_fail (SV_IS_SPLIT_VIEW (self));

  if (self->least == width)
    return;
  self->least = width;
  self->least_is_new = TRUE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * sv_split_view_get_pane_width:
 *
 * Returns: in pixels: the pane's width, or the one it will have
 */
int
sv_split_view_get_pane_width (SvSplitView *self)
{
  int width;

  g_return_val_if_fail (SV_IS_SPLIT_VIEW (self), 0);

  width = gtk_widget_get_width (GTK_WIDGET (self->paned));
  if (self->pane_width > 0 || width == 0)
    return MAX (self->pane_width, 1);
  width -= gtk_paned_get_position (self->paned);
  return MAX (self->widened_from > 0 && width == self->widened_to ? self->widened_from : width, 1);
}

/* A divider that nobody has placed yet; in a collapsed view it has no place. A
 * window that is not there yet may still get another width: a maximized one does. */
static void
place_divider (SvSplitView *self, int width)
{
  gtk_paned_set_position (self->paned, MAX (width - self->pane_width, self->content_minimum));
  if (gtk_widget_get_realized (GTK_WIDGET (self)))
    self->pane_width = 0;
}

/* Only a divider that stands where it was put goes back. */
static void
widen (SvSplitView *self, int width)
{
  int now = width - gtk_paned_get_position (self->paned);

  self->least_is_new = FALSE;
  if (self->widened_from > 0 && now == self->widened_to)
    {
      gtk_paned_set_position (self->paned, width - self->widened_from);
      now = self->widened_from;
    }
  self->widened_from = 0;
  if (now >= self->least || width - self->least < MAX (self->content_minimum, STAGE_WIDTH))
    return;
  self->widened_from = now;
  self->widened_to = self->least;
  gtk_paned_set_position (self->paned, width - self->least);
}

/**
 * sv_split_view_adapt:
 * @width: the window's, in pixels
 *
 * Collapses or expands. To be called by the window before it lays out its
 * children, because what is visible cannot change in the middle of that.
 */
void
sv_split_view_adapt (SvSplitView *self, int width)
{
  gboolean collapsed;
  gboolean shown;
  int minimum;

  g_return_if_fail (SV_IS_SPLIT_VIEW (self));

  /* Two children that need more than that make a window that never gets so
   * narrow: then their own minimum is the limit. */
  minimum = measure_minimum (gtk_paned_get_start_child (self->paned), &self->content_minimum)
            + measure_minimum (gtk_paned_get_end_child (self->paned), &self->pane_minimum);
  collapsed = width < COLLAPSE_BELOW || width <= minimum + 8;
  if (!collapsed && self->pane_width > 0)
    place_divider (self, width);
  if (!collapsed && self->least_is_new && self->pane_width == 0)
    widen (self, width);
  if (collapsed == self->collapsed)
    return;

  shown = sv_split_view_get_show_pane (self);
  self->collapsed = collapsed;
  show_children (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COLLAPSED]);
  if (shown != sv_split_view_get_show_pane (self))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_PANE]);
}
