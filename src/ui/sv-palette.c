/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sv-palette.h"

#include <adwaita.h>

/* One meaning in the four styles of a window, as 0xRRGGBB. */
typedef struct
{
  guint32 light;
  guint32 dark;
  guint32 light_contrast;
  guint32 dark_contrast;
} Swatch;

/* Text in any of the colours of states and connections keeps a contrast of
 * 4.5:1 (WCAG 2.1, 1.4.3) on windows and cards, and on its own tint; 7:1 in high
 * contrast. tests/ui/test-palette.c measures it. */
static const Swatch roles[SV_N_PAINT_ROLES] = {
  [SV_PAINT_TEXT] = { 0x2e3436, 0xf6f5f4, 0x000000, 0xffffff },
  [SV_PAINT_DIM_TEXT] = { 0x5e5c64, 0xc0bfbc, 0x3d3846, 0xe6e6e6 },
  [SV_PAINT_CARD] = { 0xffffff, 0x363636, 0xffffff, 0x242424 },
  [SV_PAINT_WINDOW] = { 0xfafafa, 0x242424, 0xfafafa, 0x242424 },
  [SV_PAINT_LINE] = { 0xd5d3cf, 0x555555, 0x3d3846, 0xdeddda },
  [SV_PAINT_ACCENT] = { 0x1a5fb4, 0x93c0f7, 0x0f4287, 0xb0d3fb },
  [SV_PAINT_ERROR] = { 0xb3121f, 0xffa39c, 0x8f0012, 0xffbdb8 },
  [SV_PAINT_PORTS_PRIVILEGED] = { 0xf8d5d8, 0x5e353b, 0xf0aab0, 0x7d3840 },
  [SV_PAINT_PORTS_REGISTERED] = { 0xe4e2f0, 0x403c5c, 0xc4bfe6, 0x4b4580 },
  [SV_PAINT_PORTS_EPHEMERAL] = { 0xd5eede, 0x29503c, 0xa4dcb8, 0x226645 },
  [SV_PAINT_PORTS_REST] = { 0xeaeae8, 0x454545, 0xcfcfcc, 0x5a5a5a },
};

static const Swatch states[SV_N_TCP_STATES] = {
  [SV_TCP_NONE] = { 0xdeddda, 0x5e5c64, 0x77767b, 0x9a9996 },
  [SV_TCP_LISTEN] = { 0x1a5fb4, 0x93c0f7, 0x0f4287, 0xb0d3fb },
  [SV_TCP_SYN_SENT] = { 0x9f4300, 0xffa857, 0x7a3000, 0xffc285 },
  [SV_TCP_SYN_RECV] = { 0x9f4300, 0xffa857, 0x7a3000, 0xffc285 },
  [SV_TCP_NEW_SYN_RECV] = { 0x9f4300, 0xffa857, 0x7a3000, 0xffc285 },
  [SV_TCP_ESTABLISHED] = { 0x0f6b3b, 0x5fd38d, 0x0a5229, 0x7ee8a6 },
  [SV_TCP_FIN_WAIT1] = { 0x83399a, 0xe0aaf0, 0x662a7a, 0xedc4f8 },
  [SV_TCP_FIN_WAIT2] = { 0x83399a, 0xe0aaf0, 0x662a7a, 0xedc4f8 },
  [SV_TCP_CLOSING] = { 0x83399a, 0xe0aaf0, 0x662a7a, 0xedc4f8 },
  [SV_TCP_LAST_ACK] = { 0x83399a, 0xe0aaf0, 0x662a7a, 0xedc4f8 },
  [SV_TCP_CLOSE_WAIT] = { 0xa3285a, 0xffa3c1, 0x850f45, 0xffbdd3 },
  [SV_TCP_TIME_WAIT] = { 0x73492b, 0xdab58e, 0x5a3518, 0xe8cba8 },
  [SV_TCP_CLOSE] = { 0x5e5c64, 0xc0bfbc, 0x3d3846, 0xe6e6e6 },
};

/* The eight hues of Okabe and Ito (2008), which people with a colour vision
 * deficiency can tell apart, made darker or lighter until they can be text.
 * Blue and vermillion come first: no two differ more. */
static const Swatch connections[SV_PALETTE_N_CONNECTIONS] = {
  { 0x005ea8, 0x86bdf0, 0x004480, 0xa8d1f7 }, /* blue */
  { 0xa14000, 0xf8a66f, 0x7a3000, 0xffbd93 }, /* vermillion */
  { 0x006b4f, 0x4fd3aa, 0x004d38, 0x70e6c0 }, /* bluish green */
  { 0x9a3570, 0xeab0d0, 0x7a2055, 0xf5c4de }, /* reddish purple */
  { 0x7c5200, 0xf2b544, 0x5c3c00, 0xffcf70 }, /* orange */
  { 0x00667c, 0xa6e3ef, 0x004f61, 0xc0f0f8 }, /* sky blue */
  { 0x5c5800, 0xf0e442, 0x434000, 0xfff06a }, /* yellow */
  { 0x2e3436, 0xe6e6e6, 0x000000, 0xffffff }, /* black */
};

static const Swatch *
find_swatch (SvPaint paint)
{
  if (paint.role == SV_PAINT_STATE)
    return &states[paint.index < SV_N_TCP_STATES ? paint.index : SV_TCP_NONE];
  /* Connections count from 1. */
  if (paint.role == SV_PAINT_CONNECTION)
    return &connections[(paint.index + SV_PALETTE_N_CONNECTIONS - 1) % SV_PALETTE_N_CONNECTIONS];
  return &roles[paint.role];
}

/**
 * sv_palette_get:
 * @paint: what the colour means
 * @out: (out): the colour, @paint's alpha included
 *
 * The one place where a meaning becomes a colour.
 */
void
sv_palette_get (SvPaint paint, gboolean dark, gboolean high_contrast, GdkRGBA *out)
{
  const Swatch *swatch;
  guint32 rgb;

  g_return_if_fail (paint.role < SV_N_PAINT_ROLES);
  g_return_if_fail (out != NULL);

  if (paint.role == SV_PAINT_NONE)
    {
      *out = (GdkRGBA){ 0 };
      return;
    }
  swatch = find_swatch (paint);
  if (high_contrast)
    rgb = dark ? swatch->dark_contrast : swatch->light_contrast;
  else
    rgb = dark ? swatch->dark : swatch->light;
  out->red = (float) (rgb >> 16 & 0xff) / 255.0f;
  out->green = (float) (rgb >> 8 & 0xff) / 255.0f;
  out->blue = (float) (rgb & 0xff) / 255.0f;
  out->alpha = paint.alpha > 0 ? paint.alpha : 1.0f;
}

/**
 * sv_palette_get_current:
 *
 * As sv_palette_get(), in the style that windows have now. Who keeps what was
 * drawn draws anew on AdwStyleManager's notify::dark and notify::high-contrast.
 */
void
sv_palette_get_current (SvPaint paint, GdkRGBA *out)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  sv_palette_get (paint, adw_style_manager_get_dark (manager), adw_style_manager_get_high_contrast (manager), out);
}
