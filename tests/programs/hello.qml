import QtQuick
Window { visible: true; width: 400; height: 300; title: "hello"
  Rectangle { anchors.fill: parent; gradient: Gradient { GradientStop { position: 0; color: "steelblue" } GradientStop { position: 1; color: "navy" } } }
  Rectangle { x: 60; y: 60; width: 120; height: 80; radius: 20; color: "orange"; rotation: 15; border.width: 4; border.color: "white" }
  Text { x: 180; y: 200; text: "Qt Quick"; color: "white"; font.pixelSize: 40 }
}
