# SPDX-License-Identifier: GPL-2.0-or-later
#
# Distribution functions: for each case, which part of its handovers or runs has at most this value, by
# the product-limit estimate. Two blocks for each curve: as it is drawn, with every corner of its steps;
# and the places of its lower bounds; columns: value, part. bounds: there are some. marks[i] points are between two marks of the curve i, so that its marker is seen. Each curve is
# thinner than those before it: curves that coincide are seen all the same.

w = is_paper ? one_column : 700
x = key_open(n + bounds, max(longest, bounds ? strlen(bound_name) : 0), w)
foot = key_height + 42.0
h = foot + (is_paper ? 215 : 320) + 10
eval open(w, h)
set margins screen 62.0 / w, screen 1 - 16.0 / w, screen foot / h, screen 1 - 10.0 / h
set yrange [-0.03:1.03]
set ytics 0.2
eval x_title("x_label", key_height + 8.0)
eval y_title("y_label")
do for [i = 1:n] {
    eval key_line(i, colour[i], dash[i])
    eval key_point(i, colour[i], marker[i], 0.75)
    eval key_text(i, sprintf("titles[%d]", i))
}
if (bounds) {
    eval key_point(n + 1, "#000000", 1, 0.75)
    eval key_text(n + 1, "bound_name")
}
plot for [i = 1:n] data index 2 * i - 2 using 1:2 with lines linecolor rgb colour[i] dashtype dash[i] \
    linewidth 1.5 + 1.5 * (n - i) / n, \
    for [i = 1:n] data index 2 * i - 2 using 1:2 every marks[i] with points linecolor rgb colour[i] \
    pointtype marker[i] pointsize 0.75, \
    for [i = 1:n] data index 2 * i - 1 using 1:2 with points linecolor rgb colour[i] pointtype 1 \
    pointsize 0.75
