/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-slots.h"

struct _SvSlot
{
  GObject parent_instance;

  guint index;
};

struct _SvSlots
{
  GObject parent_instance;

  guint size;
};

G_DEFINE_FINAL_TYPE (SvSlot, sv_slot, G_TYPE_OBJECT)

static void
sv_slot_class_init (SvSlotClass *klass)
{
}

static void
sv_slot_init (SvSlot *self)
{
}

guint
sv_slot_get_index (SvSlot *self)
{
  g_return_val_if_fail (SV_IS_SLOT (self), 0);

  return self->index;
}

static GType
sv_slots_get_item_type (GListModel *model)
{
  return SV_TYPE_SLOT;
}

static guint
sv_slots_get_n_items (GListModel *model)
{
  return SV_SLOTS (model)->size;
}

static gpointer
sv_slots_get_item (GListModel *model, guint position)
{
  SvSlot *slot;

  if (position >= SV_SLOTS (model)->size)
    return NULL;
  slot = g_object_new (SV_TYPE_SLOT, NULL);
  slot->index = position;
  return slot;
}

static void
sv_slots_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = sv_slots_get_item_type;
  iface->get_n_items = sv_slots_get_n_items;
  iface->get_item = sv_slots_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SvSlots, sv_slots, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, sv_slots_list_model_init))

static void
sv_slots_class_init (SvSlotsClass *klass)
{
}

static void
sv_slots_init (SvSlots *self)
{
}

SvSlots *
sv_slots_new (void)
{
  return g_object_new (SV_TYPE_SLOTS, NULL);
}

/**
 * sv_slots_set_size:
 *
 * Adds or removes at the end.
 */
void
sv_slots_set_size (SvSlots *self, guint size)
{
  guint before;

  g_return_if_fail (SV_IS_SLOTS (self));

  before = self->size;
  self->size = size;
  if (size > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, size - before);
  else if (size < before)
    g_list_model_items_changed (G_LIST_MODEL (self), size, before - size, 0);
}
