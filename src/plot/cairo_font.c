#include "plot/cairo_font.h"

#include <cairo-ft.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include <stdio.h>

#include "core/memory.h"

static const char *const folders[] = {
    "/usr/share/fonts/truetype/dejavu",   /* Debian */
    "/usr/share/fonts/TTF",               /* Arch */
    "/usr/share/fonts/dejavu-sans-fonts", /* Fedora */
    "/usr/share/fonts/dejavu",
};

typedef struct font_file {
    FT_Library library;
    FT_Face face;
} font_file;

static void close_file(void *arg)
{
    font_file *f = arg;
    if (f->face != NULL)
        (void)FT_Done_Face(f->face);
    if (f->library != NULL)
        (void)FT_Done_FreeType(f->library);
    crs__free(f);
}

static crs_status status_of(FT_Error error)
{
    return error == FT_Err_Ok ? CRS_OK : error == FT_Err_Out_Of_Memory ? CRS_ENOMEM : CRS_EIO;
}

/* f->face stays NULL where no folder has the font. */
static crs_status open_file(font_file *f, int bold)
{
    FT_Error error = FT_Init_FreeType(&f->library);
    if (error != FT_Err_Ok) {
        f->library = NULL;
        return CRS_ENOMEM; /* it needs nothing else */
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/DejaVuSans%s.ttf", folders[i], bold ? "-Bold" : "");
        error = FT_New_Face(f->library, path, 0, &f->face);
        if (error == FT_Err_Ok)
            return CRS_OK;
        f->face = NULL;
        if (error != FT_Err_Cannot_Open_Resource)
            return status_of(error);
    }
    return CRS_OK;
}

/* The face takes `f` over. */
static crs_status make_face(font_file *f, cairo_font_face_t **out)
{
    static const cairo_user_data_key_t key;
    cairo_font_face_t *face = cairo_ft_font_face_create_for_ft_face(f->face, 0);
    if (cairo_font_face_status(face) == CAIRO_STATUS_SUCCESS &&
        cairo_font_face_set_user_data(face, &key, f, close_file) == CAIRO_STATUS_SUCCESS) {
        *out = face;
        return CRS_OK;
    }
    cairo_font_face_destroy(face);
    close_file(f);
    return CRS_ENOMEM;
}

crs_status crs__plot_cairo_font(cairo_t *cr, int bold, cairo_font_face_t **face)
{
    crs_status status = CRS_OK;
    if (*face == NULL) {
        font_file *f = crs__alloc(1, sizeof *f);
        if (f == NULL)
            return CRS_ENOMEM;
        status = open_file(f, bold);
        if (status == CRS_OK && f->face != NULL)
            status = make_face(f, face);
        else
            close_file(f);
    }
    if (status != CRS_OK)
        return status;
    if (*face != NULL)
        cairo_set_font_face(cr, *face);
    else
        cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                               bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    return CRS_OK;
}
