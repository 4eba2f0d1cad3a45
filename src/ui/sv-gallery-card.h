/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-parking.h"
#include "sv-state-walk.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SvGalleryCard:
 *
 * The chosen state in words: both rows, how the connection got there, what ends
 * it, what it means. Signals: "toggled": the button that frees it, or parks it
 * again, was pressed.
 */
#define SV_TYPE_GALLERY_CARD (sv_gallery_card_get_type ())
G_DECLARE_FINAL_TYPE (SvGalleryCard, sv_gallery_card, SV, GALLERY_CARD, GtkWidget)

GtkWidget *sv_gallery_card_new (void);

void sv_gallery_card_set_state (SvGalleryCard *self, const char *name);
void sv_gallery_card_set_calls (SvGalleryCard *self, const char *calls);
void sv_gallery_card_set_ways (SvGalleryCard *self, GArray *steps, GArray *other_steps);
void sv_gallery_card_update (SvGalleryCard *self, const SvParked *parked);
void sv_gallery_card_set_failure (SvGalleryCard *self, const char *sentence);

G_END_DECLS
