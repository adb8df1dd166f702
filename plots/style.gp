# SPDX-License-Identifier: GPL-2.0-or-later
#
# What all figures have in common. It is loaded before the figure's own script:
#
#   gnuplot -e "out='x.svg'; data='x.dat'; titles='\"a\" \"b c\"'" style.gp throughput.gp
#
# out     the file to write; its ending, svg or png, is the format
# data    the numbers, in blocks with two empty lines between them
# titles  of the panels or curves, each in quotes

n = words(titles)
is_png = out[strlen(out) - 3:] eq ".png"
width = 880

# Opens a canvas for a grid of panels, each so high, two beside each other when there are two.
columns = n < 2 ? 1 : 2
rows = (n + columns - 1) / columns
grid_height(panel) = rows * panel + 40

# Okabe and Ito's colours, which colour-blind readers can tell apart; not the yellow on white.
array colours[7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
do for [i = 1:7] { set linetype i linecolor rgb colours[i] linewidth 1.8 pointtype 7 pointsize 0.35 }
set linetype cycle 7

set output out
set border 3 linecolor rgb "#555555"
set tics nomirror out scale 0.5 textcolor rgb "#222222"
set grid linecolor rgb "#dddddd" linetype 1 linewidth 0.6
set encoding utf8

if (is_png) \
    open = "set terminal pngcairo size %d,%d font 'DejaVu Sans,9' background 'white'"; \
else \
    open = "set terminal svg size %d,%d dynamic font 'DejaVu Sans,11'"
