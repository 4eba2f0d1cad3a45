/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-slot-list.h"

#include "sv-slots.h"

/* How near to its end a list counts as scrolled to it, in pixels. */
#define END_MARGIN 12

struct _SvSlotList
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkWidget *view;
  SvSlots *slots;
  GtkSingleSelection *selection;
  GPtrArray *bound; /* GtkListItem, not owned: those that show something */
  SvSlotCells cells;
  gpointer data;
  gboolean selecting; /* by the program, not by a person */
  guint wanted;       /* to be scrolled to once the list knows its height */
  gulong layout_handler;
};

enum
{
  CHOSEN,
  MENU,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SvSlotList, sv_slot_list, GTK_TYPE_WIDGET)

static void
menu_cb (GtkGestureClick *click, int n_press, double x, double y, SvSlotList *self)
{
  GtkWidget *cell = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (click));
  GtkListItem *item = g_object_get_data (G_OBJECT (cell), "sv-list-item");

  if (gtk_list_item_get_position (item) != GTK_INVALID_LIST_POSITION)
    g_signal_emit (self, signals[MENU], 0, gtk_list_item_get_position (item), cell, x, y);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, SvSlotList *self)
{
  GtkWidget *cell = self->cells.create (self->data);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (menu_cb), self);
  gtk_widget_add_controller (cell, GTK_EVENT_CONTROLLER (click));
  g_object_set_data (G_OBJECT (cell), "sv-list-item", item);
  gtk_list_item_set_child (item, cell);
}

static void
fill (SvSlotList *self, GtkListItem *item)
{
  guint index = sv_slot_get_index (gtk_list_item_get_item (item));

  self->cells.fill (gtk_list_item_get_child (item), index, self->data);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, SvSlotList *self)
{
  g_ptr_array_add (self->bound, item);
  fill (self, item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, SvSlotList *self)
{
  g_ptr_array_remove_fast (self->bound, item);
}

static void
selected_cb (SvSlotList *self)
{
  guint index = gtk_single_selection_get_selected (self->selection);

  if (!self->selecting && index != GTK_INVALID_LIST_POSITION)
    g_signal_emit (self, signals[CHOSEN], 0, index);
}

/* The one that is selected already may be asked for again. */
static void
activate_cb (SvSlotList *self, guint index)
{
  g_signal_emit (self, signals[CHOSEN], 0, index);
}

static void
scroll_to_wanted (SvSlotList *self)
{
  if (self->wanted < g_list_model_get_n_items (G_LIST_MODEL (self->slots)))
    gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", self->wanted);
}

static void
forget_layout (SvSlotList *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (clock != NULL)
    g_clear_signal_handler (&self->layout_handler, clock);
  self->layout_handler = 0;
}

static void
laid_out_cb (SvSlotList *self)
{
  forget_layout (self);
  scroll_to_wanted (self);
}

static void
sv_slot_list_unrealize (GtkWidget *widget)
{
  forget_layout (SV_SLOT_LIST (widget));
  GTK_WIDGET_CLASS (sv_slot_list_parent_class)->unrealize (widget);
}

static void
sv_slot_list_dispose (GObject *object)
{
  SvSlotList *self = SV_SLOT_LIST (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->slots);
  g_clear_pointer (&self->bound, g_ptr_array_unref);
  G_OBJECT_CLASS (sv_slot_list_parent_class)->dispose (object);
}

static void
sv_slot_list_class_init (SvSlotListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sv_slot_list_dispose;
  GTK_WIDGET_CLASS (klass)->unrealize = sv_slot_list_unrealize;

  signals[CHOSEN] = g_signal_new ("chosen", SV_TYPE_SLOT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_UINT);
  signals[MENU] = g_signal_new ("menu", SV_TYPE_SLOT_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                                G_TYPE_UINT, GTK_TYPE_WIDGET, G_TYPE_DOUBLE, G_TYPE_DOUBLE);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sv_slot_list_init (SvSlotList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->bound = g_ptr_array_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);

  self->slots = sv_slots_new ();
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->slots)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_swapped (self->selection, "notify::selected", G_CALLBACK (selected_cb), self);

  self->view = gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)), factory);
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (activate_cb), self);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->view);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

/**
 * sv_slot_list_new:
 * @data: for the functions of @cells; it must outlive the list
 * @name: what a screen reader calls the list, translated
 */
GtkWidget *
sv_slot_list_new (const SvSlotCells *cells, gpointer data, const char *name)
{
  SvSlotList *self = g_object_new (SV_TYPE_SLOT_LIST, NULL);

  self->cells = *cells;
  self->data = data;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET (self);
}

/**
 * sv_slot_list_set_size:
 * @size: how long the array is now
 *
 * What the array holds has changed: every visible cell is filled again.
 */
void
sv_slot_list_set_size (SvSlotList *self, guint size)
{
  g_return_if_fail (SV_IS_SLOT_LIST (self));

  self->selecting = TRUE;
  sv_slots_set_size (self->slots, size);
  self->selecting = FALSE;
  for (guint i = 0; i < self->bound->len; i++)
    fill (self, g_ptr_array_index (self->bound, i));
}

guint
sv_slot_list_get_size (SvSlotList *self)
{
  g_return_val_if_fail (SV_IS_SLOT_LIST (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->slots));
}

/**
 * sv_slot_list_select:
 * @index: %GTK_INVALID_LIST_POSITION for none
 *
 * Does not emit "chosen".
 */
void
sv_slot_list_select (SvSlotList *self, guint index)
{
  g_return_if_fail (SV_IS_SLOT_LIST (self));

  self->selecting = TRUE;
  gtk_single_selection_set_selected (self->selection, index);
  self->selecting = FALSE;
}

/**
 * sv_slot_list_scroll_to:
 *
 * A list that has just grown does not know yet how high its new items are:
 * what can't be done now is done after its layout.
 */
void
sv_slot_list_scroll_to (SvSlotList *self, guint index)
{
  GdkFrameClock *clock;

  g_return_if_fail (SV_IS_SLOT_LIST (self));

  self->wanted = index;
  scroll_to_wanted (self);
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  if (clock == NULL || self->layout_handler != 0)
    return;
  self->layout_handler = g_signal_connect_object (clock, "layout", G_CALLBACK (laid_out_cb), self,
                                                  G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

/**
 * sv_slot_list_is_at_end:
 *
 * Returns: whether the last item can be seen, so that a list that grows should follow
 */
gboolean
sv_slot_list_is_at_end (SvSlotList *self)
{
  GtkAdjustment *adjustment;

  g_return_val_if_fail (SV_IS_SLOT_LIST (self), FALSE);

  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment)
         >= gtk_adjustment_get_upper (adjustment) - END_MARGIN;
}

/**
 * sv_slot_list_get_n_cells:
 *
 * Returns: how many cells exist
 */
guint
sv_slot_list_get_n_cells (SvSlotList *self)
{
  g_return_val_if_fail (SV_IS_SLOT_LIST (self), 0);

  return self->bound->len;
}

/**
 * sv_slot_list_set_as_cards:
 *
 * The cells draw their own background and their own selection.
 */
void
sv_slot_list_set_as_cards (SvSlotList *self)
{
  g_return_if_fail (SV_IS_SLOT_LIST (self));

  gtk_widget_add_css_class (self->view, "cards");
}
