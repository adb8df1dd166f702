# SPDX-License-Identifier: GPL-2.0-or-later
#
# What all figures have in common; it stands in each figure's script before the figure's own part.
#
# out     the file to write; its ending, svg, pdf, png, eps or tex, is the format
# data    the numbers: blocks with two empty lines between them
# titles  of the curves or panels; colour, dash, marker: the style of each
# font    of the letters; column: 1 for what fits one column of a paper, and no figure takes both
#
# Sizes are in units of which a letter is 11 high: a drawing for the page is 880 wide, one for a
# paper 369, which is a column of 3.5 in (252 pt) with letters of 7.5 pt, or 756, which is both columns,
# and at most 900 high. (pdfcairo makes letters 4/3 as large as they are called.) TeX sets the letters
# of x.tex itself; the drawing beside it is x.pdf.

ending = out[strlen(out) > 3 ? strlen(out) - 3 : 1:]
if (!strstrt(" .svg .pdf .png .eps .tex ", " ".ending." ")) exit error out.": another ending; expected .svg, .pdf, .png, .eps or .tex"
if (ending eq ".tex" && out[:strlen(out) - 4] eq data[:strlen(data) - 4]) exit error out.": the drawing beside it would replace the figure's own PDF; expected another name"
is_paper = column || !strstrt(" .svg .png ", " ".ending." ")
letter = 6.5
one_column = is_paper ? 369 : 880
both_columns = column ? one_column : is_paper ? 756 : 880
tallest = is_paper ? 900.0 : 1e6
n = |titles|

max(a, b) = a > b ? a : b
min(a, b) = a < b ? a : b

size(points) = sprintf(",%g", points * (ending eq ".pdf" || ending eq ".eps" ? 5.625 : ending eq ".tex" ? 7.5 : ending eq ".png" ? 16.5 : 11.0) / 11)

# Opens a drawing: eval open(width, height)
inches(w, h) = sprintf("size %.4fin,%.4fin", w * 7.5 / 11 / 72, h * 7.5 / 11 / 72)
open(w, h) = \
    ending eq ".svg" ? sprintf("set terminal svg noenhanced size %d,%d dynamic font '%s,11'", w, h, font) : \
    ending eq ".pdf" ? sprintf("set terminal pdfcairo noenhanced color %s font '%s,5.625' fontscale 1 linewidth 0.68 pointscale 0.62", inches(w, h), font) : \
    ending eq ".eps" ? sprintf("set terminal epscairo noenhanced color %s font '%s,5.625' fontscale 1 linewidth 0.68 pointscale 0.62", inches(w, h), font) : \
    ending eq ".tex" ? sprintf("set terminal cairolatex pdf color header '\\fontsize{7.5}{9}\\selectfont' %s linewidth 0.68 pointscale 0.62", inches(w, h)) : \
    sprintf("set terminal pngcairo noenhanced size %d,%d font '%s,16.5' fontscale 1 linewidth 2 pointscale 2 background 'white'", 2 * w, 2 * h, font)

# A legend under the drawing. key_open() gives it room for so many entries, of which the longest has so
# many letters, in a drawing so wide; an entry is what it is made of, evaluated: eval key_line(i, ...).
# Their places are in a drawing of width w and height h.
key_open(count, letters, w) = (key_count = count, key_width = letters * letter + 50, \
    key_columns = int(max(1, min(count, floor((w - 12) / key_width)))), \
    key_height = 17 * ceil(1.0 * count / key_columns) + 8, 0)
key_x(i) = 10 + ((i - 1) % key_columns) * key_width
key_y(i) = key_height - 4 - 17 * floor((i - 1) / key_columns) - 8.5
key_line(i, colour, dash) = sprintf("set arrow from screen %g, screen %g to screen %g, screen %g nohead linecolor rgb '%s' dashtype %d linewidth 1.8", \
    key_x(i) / w, key_y(i) / h, (key_x(i) + 32) / w, key_y(i) / h, colour, dash)
key_point(i, colour, marker, size) = sprintf("set label '' at screen %g, screen %g point linecolor rgb '%s' pointtype %d pointsize %g", \
    (key_x(i) + 16) / w, key_y(i) / h, colour, marker, size)
key_low_point(i, colour, marker, size) = sprintf("set label '' at screen %g, screen %g point linecolor rgb '%s' pointtype %d pointsize %g", \
    (key_x(i) + 16) / w, (key_y(i) - 3) / h, colour, marker, size)
key_box(i, colour, part) = sprintf("set object rectangle from screen %g, screen %g to screen %g, screen %g linewidth 0.6 fillcolor rgb '%s' fillstyle transparent solid %g border linecolor rgb '#666666'", \
    (key_x(i) + 4) / w, (key_y(i) - 5) / h, (key_x(i) + 30) / w, (key_y(i) + 5) / h, colour, part)
key_arrow(i, colour, up) = sprintf("set arrow from screen %g, screen %g to screen %g, screen %g head filled size screen %g, 20 linecolor rgb '%s' linewidth 1.2", \
    (key_x(i) + 16) / w, (key_y(i) - (up ? 3 : 0)) / h, (key_x(i) + (up ? 16 : 30)) / w, (key_y(i) + (up ? 7 : 0)) / h, bound_head / w, colour)
key_text(i, variable) = sprintf("set label %s at screen %g, screen %g left", variable, (key_x(i) + 38) / w, key_y(i) / h)

# The title of the y axis, so far from the drawing's edge, and that of the x axis, so far under the axis.
y_title(text) = sprintf("set label 1 %s at screen %g, graph 0.5 center rotate by 90", text, 12.0 / w)
x_title(text, y) = sprintf("set label 2 %s at graph 0.5, screen %g center", text, y / h)

# A lower bound is a hollow marker with an arrow, whose head is so long.
bound_name = "lower bound"
bound_head = 5.0
hollow(marker) = marker > 6 && marker % 2 ? marker - 1 : marker == 5 ? 4 : marker

longest = 0
do for [i = 1:n] { longest = max(longest, strlen(titles[i])) }

set dashtype 2 (11, 4)
set dashtype 3 (2.5, 3)
set dashtype 4 (11, 3.5, 2.5, 3.5)
set dashtype 5 (5, 3)
set dashtype 6 (11, 3, 2.5, 3, 2.5, 3)

set output out
unset key
set encoding utf8
set border 3 linecolor rgb "#555555"
set tics nomirror out scale 0.5 textcolor rgb "#222222"
set grid linecolor rgb "#dddddd" linetype 1 linewidth 0.6
set errorbars 0.6
set bars front

# The phases of a handover, in the order of a soft one. Their lightness falls from one to the next.
array phase_name[9] = ["loss noticed", "rule", "link", "detection", "address", "first signal", "binding", "first data", "release"]
array phase_colour[9] = ["#fff5b0", "#fde725", "#90d743", "#35b779", "#21918c", "#31688e", "#443983", "#440154", "#bbbbbb"]
