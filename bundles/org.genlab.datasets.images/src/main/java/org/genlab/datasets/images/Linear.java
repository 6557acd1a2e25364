package org.genlab.datasets.images;

/** The linear map of the plane (x, y) -> (a x + b y, c x + d y). */
record Linear(double a, double b, double c, double d) {
  static Linear rotation(double radians) {
    double cos = StrictMath.cos(radians);
    double sin = StrictMath.sin(radians);
    return new Linear(cos, -sin, sin, cos);
  }

  static Linear scale(double x, double y) {
    return new Linear(x, 0, 0, y);
  }

  /** (x, y) -> (x - amount y, y). */
  static Linear shear(double amount) {
    return new Linear(1, -amount, 0, 1);
  }

  /** This map after another one. */
  Linear after(Linear m) {
    return new Linear(a * m.a + b * m.c, a * m.b + b * m.d, c * m.a + d * m.c, c * m.b + d * m.d);
  }

  double determinant() {
    return a * d - b * c;
  }

  Linear inverse() {
    double det = determinant();
    return new Linear(d / det, -b / det, -c / det, a / det);
  }

  double x(double x, double y) {
    return a * x + b * y;
  }

  double y(double x, double y) {
    return c * x + d * y;
  }
}
