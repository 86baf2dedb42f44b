#include "snn_kernel.h"

void snn_clear_margin(const snn_map_t* map, uint8_t* arena) {
  uint8_t* plane = arena + map->at;
  uint32_t channel, row, column;
  for (channel = 0; channel < map->channels; ++channel, plane += map->plane)
    for (row = 0; row < map->rows; ++row)
      for (column = map->columns; column < map->pitch; ++column)
        plane[row * map->pitch + column] = (uint8_t)map->zero;
}

int32_t snn_place(const snn_map_t* map, uint32_t neuron, int transposed) {
  const uint32_t pixel = neuron / map->channels, channel = neuron % map->channels;
  const uint32_t row = transposed ? pixel % map->rows : pixel / map->columns;
  const uint32_t column = transposed ? pixel / map->rows : pixel % map->columns;
  return map->at + (int32_t)(channel * map->plane + row * map->pitch + column);
}
