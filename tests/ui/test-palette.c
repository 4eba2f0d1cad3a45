/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "sv-palette.h"

/* The four styles of a window, and what text lies on in each. */
static const struct
{
  gboolean dark;
  gboolean high_contrast;
  double enough;
  const char *grounds[3];
} styles[] = {
  { FALSE, FALSE, 4.5, { "#ffffff", "#fafafa", "#f3f2f0" } },
  { TRUE, FALSE, 4.5, { "#363636", "#303030", "#242424" } },
  { FALSE, TRUE, 7.0, { "#ffffff", "#fafafa", "#f3f2f0" } },
  { TRUE, TRUE, 7.0, { "#363636", "#303030", "#242424" } },
};

/* WCAG 2.1: relative luminance. */
static double
luminance (const GdkRGBA *colour)
{
  const double weights[] = { 0.2126, 0.7152, 0.0722 };
  const float channels[] = { colour->red, colour->green, colour->blue };
  double sum = 0;

  for (guint i = 0; i < 3; i++)
    {
      double c = (double) channels[i];

      sum += weights[i] * (c <= 0.03928 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4));
    }
  return sum;
}

static double
contrast (const GdkRGBA *a, const GdkRGBA *b)
{
  double x = luminance (a) + 0.05;
  double y = luminance (b) + 0.05;

  return MAX (x, y) / MIN (x, y);
}

static GdkRGBA
lay_over (const GdkRGBA *top, float alpha, const GdkRGBA *ground)
{
  return (GdkRGBA){
    .red = top->red * alpha + ground->red * (1 - alpha),
    .green = top->green * alpha + ground->green * (1 - alpha),
    .blue = top->blue * alpha + ground->blue * (1 - alpha),
    .alpha = 1,
  };
}

static void
assert_readable (SvPaint paint, gboolean tinted)
{
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    for (guint j = 0; j < G_N_ELEMENTS (styles[i].grounds); j++)
      {
        GdkRGBA ground;
        GdkRGBA colour;
        GdkRGBA tint;

        g_assert_true (gdk_rgba_parse (&ground, styles[i].grounds[j]));
        sv_palette_get (paint, styles[i].dark, styles[i].high_contrast, &colour);
        tint = lay_over (&colour, SV_PALETTE_TINT, &ground);
        if (contrast (&colour, &ground) < styles[i].enough || (tinted && contrast (&colour, &tint) < 4.5))
          g_error ("role %d index %u on %s, style %u: %.2f, on its tint %.2f", paint.role, paint.index,
                   styles[i].grounds[j], i, contrast (&colour, &ground), contrast (&colour, &tint));
      }
}

static void
test_contrast (void)
{
  for (guint state = SV_TCP_ESTABLISHED; state < SV_N_TCP_STATES; state++)
    assert_readable ((SvPaint){ SV_PAINT_STATE, state, 0 }, TRUE);
  for (guint id = 1; id <= SV_PALETTE_N_CONNECTIONS; id++)
    assert_readable ((SvPaint){ SV_PAINT_CONNECTION, id, 0 }, TRUE);
  assert_readable ((SvPaint){ SV_PAINT_TEXT, 0, 0 }, TRUE);
  assert_readable ((SvPaint){ SV_PAINT_DIM_TEXT, 0, 0 }, FALSE);
  assert_readable ((SvPaint){ SV_PAINT_ACCENT, 0, 0 }, TRUE);
  assert_readable ((SvPaint){ SV_PAINT_ERROR, 0, 0 }, TRUE);
}

/* The ruler writes on its bands. */
static void
test_bands (void)
{
  for (guint role = SV_PAINT_PORTS_PRIVILEGED; role <= SV_PAINT_PORTS_REST; role++)
    for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
      {
        GdkRGBA band;
        GdkRGBA text;

        sv_palette_get ((SvPaint){ role, 0, 0 }, styles[i].dark, styles[i].high_contrast, &band);
        sv_palette_get ((SvPaint){ SV_PAINT_TEXT, 0, 0 }, styles[i].dark, styles[i].high_contrast, &text);
        g_assert_cmpfloat (contrast (&band, &text), >=, 4.5);
      }
}

static void
test_connections (void)
{
  for (guint a = 1; a <= SV_PALETTE_N_CONNECTIONS; a++)
    {
      GdkRGBA first;
      GdkRGBA again;

      sv_palette_get ((SvPaint){ SV_PAINT_CONNECTION, a, 0 }, FALSE, FALSE, &first);
      sv_palette_get ((SvPaint){ SV_PAINT_CONNECTION, a + SV_PALETTE_N_CONNECTIONS, 0 }, FALSE, FALSE, &again);
      g_assert_true (gdk_rgba_equal (&first, &again));
      for (guint b = a + 1; b <= SV_PALETTE_N_CONNECTIONS; b++)
        {
          sv_palette_get ((SvPaint){ SV_PAINT_CONNECTION, b, 0 }, FALSE, FALSE, &again);
          g_assert_false (gdk_rgba_equal (&first, &again));
        }
    }
}

static void
test_alpha (void)
{
  GdkRGBA colour;

  sv_palette_get ((SvPaint){ SV_PAINT_ACCENT, 0, 0 }, FALSE, FALSE, &colour);
  g_assert_cmpfloat (colour.alpha, ==, 1.0f);
  sv_palette_get ((SvPaint){ SV_PAINT_ACCENT, 0, 0.5f }, FALSE, FALSE, &colour);
  g_assert_cmpfloat (colour.alpha, ==, 0.5f);
  sv_palette_get ((SvPaint){ SV_PAINT_NONE, 0, 0.5f }, FALSE, FALSE, &colour);
  g_assert_cmpfloat (colour.alpha, ==, 0.0f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/palette/contrast", test_contrast);
  g_test_add_func ("/palette/bands", test_bands);
  g_test_add_func ("/palette/connections", test_connections);
  g_test_add_func ("/palette/alpha", test_alpha);
  return g_test_run ();
}
