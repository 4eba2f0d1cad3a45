/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sv-parking.h"
#include "sv-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SV_PAGE_GALLERY "gallery"

/* Every TCP state, for real: choosing one parks a connection in it, which the
 * table beside shows like any other. It has a recording of its own, so that the
 * stage stays the learner's. */
#define SV_TYPE_GALLERY_PAGE (sv_gallery_page_get_type ())
G_DECLARE_FINAL_TYPE (SvGalleryPage, sv_gallery_page, SV, GALLERY_PAGE, AdwBin)

GtkWidget *sv_gallery_page_new (SvSession *session, GSettings *settings);

void sv_gallery_page_choose (SvGalleryPage *self, const char *name);
const SvParked *sv_gallery_page_get_parked (SvGalleryPage *self);
void sv_gallery_page_release (SvGalleryPage *self);

G_END_DECLS
