/* Windows of pools. */
#ifndef SNN_WINDOW_H
#define SNN_WINDOW_H

#include "snn_kernel.h"

static inline int32_t snn_least(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t snn_greatest(int32_t a, int32_t b) { return a > b ? a : b; }

/* Rows from y0 to before y1, columns from x0 to before x1. */
typedef struct {
  int32_t y0, y1, x0, x1;
} snn_extent_t;

/* Of an output's window, what lies inside the map. */
static inline snn_extent_t snn_extent(const snn_window_t* window, const snn_map_t* map, int32_t row,
                                      int32_t column) {
  const int32_t top = row * window->stride_rows - window->top;
  const int32_t left = column * window->stride_columns - window->left;
  snn_extent_t extent;
  extent.y0 = snn_greatest(top, 0), extent.y1 = snn_least(top + window->rows, map->rows);
  extent.x0 = snn_greatest(left, 0), extent.x1 = snn_least(left + window->columns, map->columns);
  return extent;
}

#endif
